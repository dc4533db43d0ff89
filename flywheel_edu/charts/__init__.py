"""One look for charts, letters and pictures.

lettering   the fonts, how wide words are in them, and their outlines
look        colours, dashes, letter sizes, and a sheet dressed in them
amounts     numbers and moments as they stand in a text
series      one series: where its name finds room, and how it is told in words
packed      the dots of a figure as a PNG file
picture     a finished figure with its words, as a notebook shows and a file keeps it
charts      `chart` and `panels`: what every other room draws with
"""
