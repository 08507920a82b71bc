# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How options of data sources are written as rows, and the options that every type has."""

from __future__ import annotations

from typing import Any

from ..engine.resource import Field

NAMED_OTHERWISE = {"filter_by_trace_id": "filterByTraceID", "filter_by_span_id": "filterBySpanID"}
ALIASES = {
    "postgres": "grafana-postgresql-datasource",
    "testdata": "grafana-testdata-datasource",
    "pyroscope": "grafana-pyroscope-datasource",
    "phlare": "grafana-pyroscope-datasource",
    "opensearch": "grafana-opensearch-datasource",
    "thanos": "prometheus",
}


def type_name(name: Any) -> Any:
    """The name under which Grafana keeps a type."""
    return ALIASES.get(name, name)


def structured(value: Any) -> Any:
    """Mappings with the keys that Grafana uses: ``datasource_uid`` is ``datasourceUid``."""
    if isinstance(value, dict):
        return {camel(key): structured(one) for key, one in value.items()}
    return [structured(one) for one in value] if isinstance(value, list) else value


def camel(name: str) -> str:
    """An option's name as a key of jsonData."""
    head, *rest = str(name).split("_")
    return NAMED_OTHERWISE.get(name) or head + "".join(word[:1].upper() + word[1:] for word in rest)


def plain(name: str, key: str = "", **more: Any) -> Field:
    """A text, or a value of another ``type``, in jsonData."""
    return Field(name, at=f"jsonData.{key or camel(name)}", **more)


def number(name: str, key: str = "", **more: Any) -> Field:
    """A whole number in jsonData."""
    return plain(name, key, type="int", **more)


def switch(name: str, key: str = "", **more: Any) -> Field:
    """A bool in jsonData. One that is not there is neither on nor off: plugins have defaults of their own."""
    return plain(name, key, type="bool", explicit=True, **more)


def mapping(name: str, key: str = "") -> Field:
    """A mapping in jsonData, whose keys may be written either way."""
    return plain(name, key, type="dict", normalise=structured)


def rows(name: str, key: str = "") -> Field:
    """A list of mappings in jsonData, whose keys may be written either way."""
    return plain(name, key, type="list", elements="dict", normalise=structured)


def hidden(name: str, key: str, **more: Any) -> Field:
    """A secret."""
    return Field(name, at=f"secureJsonData.{key}", secret=True, **more)


# json_data and secure_json_data come first: options of their own are written over them.
COMMON = (
    Field("name", required=True),
    Field("uid"),
    Field("json_data", "dict", at="jsonData", aliases=("additional_json_data",), explicit=True),
    Field("secure_json_data", "dict", at="secureJsonData", aliases=("additional_secure_json_data",), secret=True),
    Field("http_headers", "dict", at="", secret=True),
    Field("ds_type", at="type", aliases=("type",), normalise=type_name),
    Field("ds_url", at="url"),
    Field("access", choices=("proxy", "direct"), fresh="proxy"),
    Field("is_default", "bool", at="isDefault", fresh=False),
    Field("database", fresh=""),
    Field("user", fresh=""),
    hidden("password", "password"),
    Field("basic_auth", "bool", at="basicAuth", fresh=False),
    Field("basic_auth_user", at="basicAuthUser", fresh=""),
    hidden("basic_auth_password", "basicAuthPassword"),
    Field("with_credentials", "bool", at="withCredentials", fresh=False),
    switch("oauth_pass_thru"),
    number("http_timeout", "timeout"),
    plain("keep_cookies", type="list", elements="str"),
    switch("tls_auth", "tlsAuth", fresh=False),
    switch("tls_auth_with_ca_cert", "tlsAuthWithCACert", fresh=False),
    switch("tls_skip_verify"),
    plain("tls_servername", "serverName"),
    hidden("tls_client_cert", "tlsClientCert"),
    hidden("tls_client_key", "tlsClientKey"),
    hidden("tls_ca_cert", "tlsCACert"),
    Field("correlations", "list", elements="dict", at=""),
)
