"""Packages and files of the distribution; its metadata stands in ``pyproject.toml``."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["CXRTriageLib", "CXRTriageLib.*"]), "CXRTriageLib.Resources"],
    package_dir={"CXRTriageLib.Resources": "Resources"},
    package_data={"CXRTriageLib": ["py.typed"], "CXRTriageLib.Resources": ["**/*"]},
    exclude_package_data={"CXRTriageLib.Resources": ["Documentation/**"]},
)
