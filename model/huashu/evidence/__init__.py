"""What stands under a verdict: clauses and the moves they make, the script, reasons, facts of the case."""
