"""The embedded demo: a fictional trading company's old ERP, written as such systems are."""
