# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rows of contact_point_types.py: everything but chats.

A setting is ``(key in the API, words, end of the option's name, traits)``; without the third it is given in ``settings`` only.
``needs`` are sets of keys, one of which must be there.
"""

from __future__ import annotations

from typing import Any

SECRET: dict[str, Any] = {"secret": True}
BOOL: dict[str, Any] = {"type": "bool", "assumed": False}
ON: dict[str, Any] = {"type": "bool", "assumed": True}
INT: dict[str, Any] = {"type": "int"}
TITLE = ("title", "Title of the message, a template.", "title")
MESSAGE = ("message", "Text of the message, a template.", "message")
DESCRIPTION = ("description", "Text of the message, a template.", "description")


def joined_by(between: str) -> dict[str, Any]:
    """A list that Grafana keeps as a text."""
    return {"type": "list", "elements": "str", "joined": between}


def one_of(*choices: str) -> dict[str, Any]:
    """A choice."""
    return {"choices": choices}


_TLS = (
    ("tlsConfig.insecureSkipVerify", "Whether the server's certificate is not checked."),
    ("tlsConfig.caCertificate", "Certificate of the authority (PEM).", "", SECRET),
    ("tlsConfig.clientCertificate", "Client certificate (PEM).", "", SECRET),
    ("tlsConfig.clientKey", "Key of the client certificate (PEM).", "", SECRET),
)

_OAUTH = (("http_config.oauth2.client_secret", "Secret for OAuth2 (from Grafana 12.1 on).", "", SECRET),) + tuple(
    (f"http_config.oauth2.{key}", f"The {key.replace('_', ' ')} for OAuth2 (from Grafana 12.1 on).")
    for key in ("token_url", "client_id", "scopes", "endpoint_params", "proxy_config", "tls_config")
)

GENERAL: dict[str, Any] = {
    "alertmanager": {
        "api": "prometheus-alertmanager", "words": "an Alertmanager", "needs": (("url",),),
        "settings": (
            ("url", "Address of the Alertmanager, several with commas between.", "url"),
            ("basicAuthUser", "User for basic authentication.", "username"),
            ("basicAuthPassword", "Password for basic authentication.", "password", SECRET),
        ),
    },
    "email": {
        "words": "e-mail", "needs": (("addresses",),),
        "settings": (
            ("addresses", "Addresses to send to.", "addresses", joined_by(";")),
            ("message", "Text in place of the usual one, a template.", "message"),
            ("singleEmail", "Whether all addresses get one mail instead of one each.", "single", BOOL),
            ("subject", "Subject, a template.", "subject"),
        ),
    },
    "kafka": {
        "words": "a Kafka REST proxy", "needs": (("kafkaRestProxy", "kafkaTopic"),),
        "settings": (
            ("kafkaRestProxy", "Address of the REST proxy.", "rest_proxy_url", SECRET),
            ("kafkaTopic", "Topic to write to.", "topic"),
            ("apiVersion", "Version of the proxy's API. Grafana takes V(v2) when it is not set.", "api_version", {"choices": ("v2", "v3"), "assumed": "v2"}),
            ("kafkaClusterId", "Identifier of the cluster, which V(v3) needs.", "cluster_id"),
            ("description", "Title of the message, a template.", "description"),
            ("details", "Details beside the message, a template.", "details"),
            ("username", "User for the proxy.", "username"),
            ("password", "Password for the proxy.", "password", SECRET),
        ),
    },
    "mqtt": {
        "words": "an MQTT broker", "needs": (("brokerUrl", "topic"),),
        "settings": (
            ("brokerUrl", "Address of the broker."), ("topic", "Topic to write to."), ("messageFormat", "V(json) or V(text)."),
            ("clientId", "Identifier of the client."), ("message", "Text of the message."), ("username", "User."),
            ("password", "Password.", "", SECRET), ("qos", "Quality of service."), ("retain", "Whether the broker keeps the message."), *_TLS,
        ),
    },
    "oncall": {
        "words": "Grafana OnCall", "needs": (("url",),),
        "settings": (
            ("url", "Address of the integration."), ("httpMethod", "V(POST) or V(PUT)."), ("username", "User."), ("password", "Password.", "", SECRET),
            ("authorization_scheme", "Scheme."), ("authorization_credentials", "Credentials.", "", SECRET),
            ("maxAlerts", "Most alerts in one message."), ("title", "Title."), ("message", "Text."),
        ),
    },
    "sns": {
        "words": "AWS SNS", "needs": (("topic_arn",), ("phone_number",), ("target_arn",)),
        "settings": (
            ("api_url", "Address of the API."), ("topic_arn", "Topic."), ("phone_number", "Number for SMS."), ("target_arn", "Mobile endpoint."),
            ("subject", "Subject."), ("message", "Text."), ("attributes", "Attributes of the message."), ("sigv4.region", "Region."),
            ("sigv4.access_key", "Access key.", "", SECRET), ("sigv4.secret_key", "Secret key.", "", SECRET), ("sigv4.profile", "Profile."),
            ("sigv4.role_arn", "Role."),
        ),
    },
    "webhook": {
        "words": "a webhook", "needs": (("url",),),
        "settings": (
            ("url", "Address to send to.", "url"),
            ("httpMethod", "Method of the request.", "http_method", one_of("POST", "PUT")),
            ("maxAlerts", "Most alerts in one message; V(0) means all.", "max_alerts", INT),
            ("username", "User for basic authentication.", "username"),
            ("password", "Password for basic authentication.", "password", SECRET),
            ("authorization_scheme", "Scheme of the Authorization header, V(Bearer) when only credentials are set.", "authorization_scheme"),
            ("authorization_credentials", "Credentials of the Authorization header.", "authorization_credentials", SECRET),
            TITLE, MESSAGE, ("headers", "Further headers (from Grafana 12 on)."), *_TLS,
            ("payload.template", "A payload of one's own (from Grafana 12 on)."), ("payload.vars", "Its variables."),
            ("hmacConfig.secret", "Secret of the signature (from Grafana 12 on).", "", SECRET), ("hmacConfig.header", "Header of the signature."),
            ("hmacConfig.timestampHeader", "Header of its time."), *_OAUTH,
        ),
    },
}  # fmt: skip

PAGING: dict[str, Any] = {
    "jira": {
        "words": "Jira", "needs": (("api_url", "project", "issue_type"),),
        "settings": (
            ("api_url", "Address of the API."), ("user", "User.", "", SECRET), ("password", "Password.", "", SECRET),
            ("api_token", "Personal access token.", "", SECRET), ("project", "Key of the project."), ("issue_type", "Type of the issue."),
            ("summary", "Title."), ("description", "Text."), ("labels", "Labels."), ("priority", "Priority."),
            ("resolve_transition", "Transition that resolves."), ("reopen_transition", "Transition that reopens."),
            ("reopen_duration", "How long an issue is reopened."), ("wont_fix_resolution", "Resolution that is left alone."),
            ("dedup_key_field", "Field of the key."), ("fields", "Further fields."),
        ),
    },
    "opsgenie": {
        "words": "Opsgenie", "needs": (("apiKey",),),
        "settings": (
            ("apiKey", "Key of the API.", "api_key", SECRET), ("apiUrl", "Address of the API.", "url"),
            ("autoClose", "Whether an alert is closed there when it is resolved here. Grafana does so when it is not set.", "auto_close", ON),
            ("overridePriority", "Whether the label C(og_priority) sets the priority. Grafana does so when it is not set.", "override_priority", ON),
            ("responders", "Who responds, each with C(type) and one of C(id), C(name) and C(username).", "responders",
             {"type": "list", "elements": "dict"}),
            ("sendTagsAs", "How labels are sent, V(tags), V(details) or V(both).", "send_tags_as"), MESSAGE, DESCRIPTION,
        ),
    },
    "pagerduty": {
        "words": "PagerDuty", "needs": (("integrationKey",),),
        "settings": (
            ("integrationKey", "Key of the integration.", "integration_key", SECRET), ("class", "Kind of the event.", "class"),
            ("client", "Name of the client.", "client"), ("client_url", "Address of the client.", "client_url"),
            ("component", "Part that is concerned.", "component"),
            ("details", "Further details, mappings that are put together.", "details", {"type": "list", "elements": "dict"}),
            ("group", "Group of components.", "group"),
            ("severity", "How serious it is; a template is given in O(settings).", "severity", one_of("critical", "error", "warning", "info")),
            ("source", "Affected system.", "source"), ("summary", "Summary, a template.", "summary"), ("url", "Another address of the API."),
        ),
    },
    "pushover": {
        "words": "Pushover", "needs": (("apiToken", "userKey"),),
        "settings": (
            ("apiToken", "Token of the application.", "api_token", SECRET), ("userKey", "Key of the user or group.", "user_key", SECRET),
            ("device", "Devices to send to; all when there is none.", "devices", joined_by(",")),
            ("priority", "Priority of alerts, V(-2) to V(2).", "priority", INT), ("okPriority", "Priority when resolved.", "ok_priority", INT),
            ("retry", "Seconds between repetitions of an emergency.", "retry", INT), ("expire", "Seconds until they end.", "expire", INT),
            ("sound", "Sound of alerts.", "sound"), ("okSound", "Sound when resolved.", "ok_sound"), TITLE, MESSAGE,
            ("uploadImage", "Whether a picture is sent. Grafana does so when it is not set.", "upload_image", ON),
        ),
    },
    "sensugo": {
        "words": "Sensu Go", "needs": (("url", "apikey"),),
        "settings": (
            ("url", "Address of the backend.", "url"), ("apikey", "Key of the API.", "api_key", SECRET), ("check", "Name of the check.", "check"),
            ("entity", "Name of the entity.", "entity"), ("handler", "Name of the handler.", "handler"), MESSAGE,
            ("namespace", "Namespace.", "namespace"),
        ),
    },
    "threema": {
        "words": "Threema Gateway", "needs": (("gateway_id", "recipient_id", "api_secret"),),
        "settings": (
            ("gateway_id", "Identifier of the gateway.", "gateway_id"), ("recipient_id", "Identifier of the receiver.", "recipient_id"),
            ("api_secret", "Secret of the gateway.", "api_secret", SECRET), TITLE, DESCRIPTION,
        ),
    },
    "victorops": {
        "words": "Splunk On-Call (VictorOps)", "needs": (("url",),),
        "settings": (
            ("url", "Address of the integration.", "url", SECRET),
            ("messageType", "Kind of the message; Grafana itself says V(CRITICAL) and V(WARNING).", "message_type",
             one_of("CRITICAL", "WARNING", "RECOVERY")), TITLE, DESCRIPTION,
        ),
    },
}  # fmt: skip
