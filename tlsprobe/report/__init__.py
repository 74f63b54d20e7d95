"""Reports for people and programs: values in, text out, no terminal and no file.

    as_json.py      one record of the schema `tlsprobe.report/1`
    as_text.py      one report in full; captured.py: what a capture adds to it
    as_table.py     many reports, a line each, and what they come to
    as_sessions.py  the sessions of a capture, a line each
    as_names.py     what sessions come to, by server name
    as_check.py     a survey of a whole service; as_request.py, ask_words.py: the request to send
    page.py         rows of toned text, and how they become plain or styled text
    labelled.py     rows with a label before them; lacking.py: what was not looked at, in short

Names in certificates are hostile text. All text for people goes through `page`, which lets nothing
out that a terminal could obey.
"""
