"""What the report shows of a study: how the search went, and what it found out about the config it ended with."""

from __future__ import annotations

from idlab.report.display import Section
from idlab.report.front import Front
from idlab.report.importance import TrialImportance
from idlab.report.search import Search, StudyCourse
from idlab.report.sensitivity import SensitivityMap
from idlab.report.slack import SlackMap
from idlab.tune.findings import IMPORTANCE, SENSITIVITY, SLACK
from idlab.tune.importance import Importance
from idlab.tune.moved import Sensitivity
from idlab.tune.slack import WeightSlack


def study_sections(course: StudyCourse) -> list[Section]:
    """The sections about a study, in their order; those that its ``study.json`` says nothing about are left out.

    Args:
        course: From ``course_of``.
    """
    found, sections = course.findings, list[Section]([Search(course)])
    if course.front:
        sections.append(Front(course.front, course.ended_with))
    if found.get(SENSITIVITY) is not None:
        sections.append(SensitivityMap(Sensitivity.parse(found[SENSITIVITY])))
    if found.get(IMPORTANCE) is not None:
        sections.append(TrialImportance(Importance.parse(found[IMPORTANCE])))
    if found.get(SLACK) is not None:
        sections.append(SlackMap(WeightSlack.parse(found[SLACK])))
    return sections
