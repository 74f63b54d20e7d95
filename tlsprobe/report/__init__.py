"""Reports for people and programs: values in, text out, no terminal and no file.

    as_json.py    one record of the schema `tlsprobe.report/1`
    as_text.py    one report in full
    as_table.py   many reports, a line each, and what they come to
    page.py       rows of toned text, and how they become plain or styled text

Names in certificates are hostile text. All text for people goes through `page`, which lets nothing
out that a terminal could obey.
"""
