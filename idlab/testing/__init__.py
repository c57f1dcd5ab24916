"""What tests of idlab and of its stores share: worlds in which everything happens, and the contract of a store."""
