"""Read what people bring along from Label Studio. Pure: no Django here."""

from projects.label_studio.configuration import Converted, convert_configuration
from projects.label_studio.notes import Note
from projects.label_studio.xml_tree import ConfigurationProblem

__all__ = ["ConfigurationProblem", "Converted", "Note", "convert_configuration"]
