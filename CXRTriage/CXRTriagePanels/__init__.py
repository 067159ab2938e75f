"""What the module's widget is made of: Qt in the subset that PythonQt and PyQt5 share."""
