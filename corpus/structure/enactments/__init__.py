"""How enactments are read from pages: paragraphs, headings, contents, schedules, one concern a module. Pure."""
