package cloison

# What an auditor takes away to check the log elsewhere: hashes, signatures, one entry, its proof. Who reads it leaves an entry there.
zones["audit.checkpoint"] := {"medical", "server"}

conditions["audit.checkpoint"] := [["ROLE_NOT_ALLOWED", auditor]]

zones["audit.tile"] := {"medical", "server"}

conditions["audit.tile"] := [["ROLE_NOT_ALLOWED", auditor]]

zones["audit.get"] := {"medical", "server"}

conditions["audit.get"] := [["ROLE_NOT_ALLOWED", auditor]]

zones["audit.explain"] := {"medical", "server"}

conditions["audit.explain"] := [["ROLE_NOT_ALLOWED", auditor]]

zones["audit.replay"] := {"medical", "server"}

conditions["audit.replay"] := [["ROLE_NOT_ALLOWED", auditor]]

# What is unusual, and what was found of it.
zones["alarm.list"] := {"medical", "server"}

conditions["alarm.list"] := [["ROLE_NOT_ALLOWED", auditor]]

zones["alarm.review"] := {"medical", "server"}

conditions["alarm.review"] := [["ROLE_NOT_ALLOWED", auditor]]

zones["audit.prove"] := {"medical", "server"}

conditions["audit.prove"] := [["ROLE_NOT_ALLOWED", auditor]]
