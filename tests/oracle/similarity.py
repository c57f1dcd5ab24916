"""Text similarity as the textbook writes it: lists, loops, one pair at a time."""

from __future__ import annotations


def jaro(left: str, right: str) -> float:
    """The Jaro similarity over code points; 0 if either text is empty.

    Source: M. A. Jaro (1989), Advances in record-linkage methodology, JASA 84(406).
    """
    if not left or not right:
        return 0.0
    reach = max(max(len(left), len(right)) // 2 - 1, 0)
    taken = [False] * len(right)
    matched_left: list[str] = []
    for here, letter in enumerate(left):
        for there in range(max(here - reach, 0), min(here + reach + 1, len(right))):
            if not taken[there] and right[there] == letter:
                taken[there] = True
                matched_left.append(letter)
                break
    matched_right = [letter for letter, was_taken in zip(right, taken, strict=True) if was_taken]
    m = len(matched_left)
    if m == 0:
        return 0.0
    t = sum(one != other for one, other in zip(matched_left, matched_right, strict=True)) // 2
    return (m / len(left) + m / len(right) + (m - t) / m) / 3


def jaro_winkler(left: str, right: str) -> float:
    """Jaro with Winkler's boost for a common prefix of up to four, for similarities above 0.7.

    Source: W. E. Winkler (1990), String comparator metrics and enhanced decision rules.

    Example:
        >>> round(jaro_winkler("martha", "marhta"), 3)
        0.961
    """
    similarity = jaro(left, right)
    if similarity <= 0.7:
        return similarity
    prefix = 0
    while prefix < min(4, len(left), len(right)) and left[prefix] == right[prefix]:
        prefix += 1
    return similarity + prefix * 0.1 * (1.0 - similarity)


def damerau_levenshtein(left: str, right: str) -> int:
    """The unrestricted distance: insert, delete, substitute, and swap neighbours that may be edited again.

    Every entry is computed from its definition: a swap takes the nearest earlier places where the two letters
    stand crosswise, and pays for everything between them.

    Source: F. J. Damerau (1964); R. Lowrance and R. A. Wagner (1975), JACM 22(2).

    Example:
        >>> damerau_levenshtein("ca", "abc")
        2
    """
    table = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) + 1):
        for j in range(len(right) + 1):
            if i == 0 or j == 0:
                table[i][j] = i + j
                continue
            ways = [
                table[i - 1][j] + 1,
                table[i][j - 1] + 1,
                table[i - 1][j - 1] + (left[i - 1] != right[j - 1]),
            ]
            k = left.rfind(right[j - 1], 0, i - 1) + 1
            n = right.rfind(left[i - 1], 0, j - 1) + 1
            if k and n:
                ways.append(table[k - 1][n - 1] + (i - k - 1) + 1 + (j - n - 1))
            table[i][j] = min(ways)
    return table[len(left)][len(right)]
