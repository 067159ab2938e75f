"""Packages and files of the distribution; its metadata stands in ``pyproject.toml``."""

from setuptools import find_packages, setup

DESKTOP = "CXRTriage"
"""Folder of the module file and of the packages beside it, which keep their names."""

setup(
    packages=[
        *find_packages(include=["CXRTriageLib", "CXRTriageLib.*"]),
        "CXRTriageLib.Resources",
        *find_packages(DESKTOP),
    ],
    py_modules=["CXRTriage"],
    package_dir={
        "": DESKTOP,
        "CXRTriageLib": "CXRTriageLib",
        "CXRTriageLib.Resources": "Resources",
    },
    package_data={"CXRTriageLib": ["py.typed"], "CXRTriageLib.Resources": ["**/*"]},
    exclude_package_data={"CXRTriageLib.Resources": ["Documentation/**"]},
)
