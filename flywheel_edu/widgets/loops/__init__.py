"""The causal-loop diagram played at the strengths of a run."""
