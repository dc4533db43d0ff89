"""What runs are compared with: fits, baselines, sensitivity.

search        least squares within limits, from many places at once
spreadsheet   a table as it is saved: what parts its columns, decimals and thousands
measured      series as people have them: mappings, tables, files; years, dates, months
baselines     simple forecasts that know nothing of a model
objective     how far a model's runs are from measured series
bands         what would be measured, by bootstrap and by profile
rolling       forecasts from many origins, each knowing the past only
promise       forecasts of times still to come, kept to be held to
fitted        what a fit found: numbers with their doubt, scores beside the baselines, pictures
calibrate     `fit`: a model brought close to measured series
sensitivity   which givens matter over their whole ranges
"""
