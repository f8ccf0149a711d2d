"""What a policy and its steps can say: their rules, versions, dry run, API and pages."""
