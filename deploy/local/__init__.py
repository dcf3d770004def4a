"""The whole stack on one machine: a broker, a store, a mail sink and the four services, as child processes.

`otm up` is the way in for people. For programs: `Infrastructure` (broker and store), `Services` (a set of service
processes against them) and `Stack` (all of it, in one folder).
"""
