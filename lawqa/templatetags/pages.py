"""Links of the menu, which know the page that they stand on."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def place(context: RequestContext, name: str, label: str, below: str = "") -> SafeString:
    """A link to a page by its name; `below` names pages that belong under it, for which it is marked as well."""
    match = context["request"].resolver_match
    here = match.view_name if match else ""
    current = "page" if here == name else "true" if here in below.split() else ""
    marked = format_html(' aria-current="{}"', current) if current else ""
    return format_html('<a href="{}"{}>{}</a>', reverse(name), marked, label)
