module cloison/tools

go 1.26.0
