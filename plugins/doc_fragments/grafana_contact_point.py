# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# Written by tools/contact_point_options.py. Change plugins/module_utils/grafana/contact_point_rows.py instead.

from __future__ import annotations


class ModuleDocFragment:
    """The options of grafana_contact_point for each type of contact point."""

    DOCUMENTATION = r"""
options:
  alertmanager_url:
    description:
      - For an Alertmanager. Address of the Alertmanager, several with commas between. Needed.
    type: str
  alertmanager_username:
    description:
      - For an Alertmanager. User for basic authentication.
    type: str
  alertmanager_password:
    description:
      - For an Alertmanager. Password for basic authentication.
    type: str
  dingding_url:
    description:
      - For DingDing. Address of the robot. Needed.
    type: str
  dingding_message_type:
    description:
      - For DingDing. Kind of message; V(action_card) is another word for V(actionCard).
    type: str
    choices: [link, actionCard, action_card]
  dingding_title:
    description:
      - For DingDing. Title of the message, a template.
    type: str
  dingding_message:
    description:
      - For DingDing. Text of the message, a template.
    type: str
  discord_url:
    description:
      - For Discord. Address of the webhook. Needed.
    type: str
  discord_avatar_url:
    description:
      - For Discord. Picture beside the message.
    type: str
  discord_title:
    description:
      - For Discord. Title of the message, a template.
    type: str
  discord_message:
    description:
      - For Discord. Text of the message, a template.
    type: str
  discord_use_username:
    description:
      - For Discord. Whether the webhook's own name is used instead of Grafana.
    type: bool
  email_addresses:
    description:
      - For e-mail. Addresses to send to. Needed.
    type: list
    elements: str
  email_message:
    description:
      - For e-mail. Text in place of the usual one, a template.
    type: str
  email_single:
    description:
      - For e-mail. Whether all addresses get one mail instead of one each.
    type: bool
  email_subject:
    description:
      - For e-mail. Subject, a template.
    type: str
  googlechat_url:
    description:
      - For Google Chat. Address of the webhook. Needed.
    type: str
  googlechat_title:
    description:
      - For Google Chat. Title of the message, a template.
    type: str
  googlechat_message:
    description:
      - For Google Chat. Text of the message, a template.
    type: str
  kafka_rest_proxy_url:
    description:
      - For a Kafka REST proxy. Address of the REST proxy. Needed.
    type: str
  kafka_topic:
    description:
      - For a Kafka REST proxy. Topic to write to. Needed.
    type: str
  kafka_api_version:
    description:
      - For a Kafka REST proxy. Version of the proxy's API. Grafana takes V(v2) when it is not set.
    type: str
    choices: [v2, v3]
  kafka_cluster_id:
    description:
      - For a Kafka REST proxy. Identifier of the cluster, which V(v3) needs.
    type: str
  kafka_description:
    description:
      - For a Kafka REST proxy. Title of the message, a template.
    type: str
  kafka_details:
    description:
      - For a Kafka REST proxy. Details beside the message, a template.
    type: str
  kafka_username:
    description:
      - For a Kafka REST proxy. User for the proxy.
    type: str
  kafka_password:
    description:
      - For a Kafka REST proxy. Password for the proxy.
    type: str
  line_token:
    description:
      - For LINE Notify, which LINE has ended. Access token. Needed.
    type: str
  line_title:
    description:
      - For LINE Notify, which LINE has ended. Title of the message, a template.
    type: str
  line_description:
    description:
      - For LINE Notify, which LINE has ended. Text of the message, a template.
    type: str
  opsgenie_api_key:
    description:
      - For Opsgenie. Key of the API. Needed.
    type: str
  opsgenie_url:
    description:
      - For Opsgenie. Address of the API.
    type: str
  opsgenie_auto_close:
    description:
      - For Opsgenie. Whether an alert is closed there when it is resolved here. Grafana does so when it is not set.
    type: bool
  opsgenie_override_priority:
    description:
      - For Opsgenie. Whether the label C(og_priority) sets the priority. Grafana does so when it is not set.
    type: bool
  opsgenie_responders:
    description:
      - For Opsgenie. Who responds, each with C(type) and one of C(id), C(name) and C(username).
    type: list
    elements: dict
  opsgenie_send_tags_as:
    description:
      - For Opsgenie. How labels are sent, V(tags), V(details) or V(both).
    type: str
  opsgenie_message:
    description:
      - For Opsgenie. Text of the message, a template.
    type: str
  opsgenie_description:
    description:
      - For Opsgenie. Text of the message, a template.
    type: str
  pagerduty_integration_key:
    description:
      - For PagerDuty. Key of the integration. Needed.
    type: str
  pagerduty_class:
    description:
      - For PagerDuty. Kind of the event.
    type: str
  pagerduty_client:
    description:
      - For PagerDuty. Name of the client.
    type: str
  pagerduty_client_url:
    description:
      - For PagerDuty. Address of the client.
    type: str
  pagerduty_component:
    description:
      - For PagerDuty. Part that is concerned.
    type: str
  pagerduty_details:
    description:
      - For PagerDuty. Further details, mappings that are put together.
    type: list
    elements: dict
  pagerduty_group:
    description:
      - For PagerDuty. Group of components.
    type: str
  pagerduty_severity:
    description:
      - For PagerDuty. How serious it is; a template is given in O(settings).
    type: str
    choices: [critical, error, warning, info]
  pagerduty_source:
    description:
      - For PagerDuty. Affected system.
    type: str
  pagerduty_summary:
    description:
      - For PagerDuty. Summary, a template.
    type: str
  pushover_api_token:
    description:
      - For Pushover. Token of the application. Needed.
    type: str
  pushover_user_key:
    description:
      - For Pushover. Key of the user or group. Needed.
    type: str
  pushover_devices:
    description:
      - For Pushover. Devices to send to; all when there is none.
    type: list
    elements: str
  pushover_priority:
    description:
      - For Pushover. Priority of alerts, V(-2) to V(2).
    type: int
  pushover_ok_priority:
    description:
      - For Pushover. Priority when resolved.
    type: int
  pushover_retry:
    description:
      - For Pushover. Seconds between repetitions of an emergency.
    type: int
  pushover_expire:
    description:
      - For Pushover. Seconds until they end.
    type: int
  pushover_sound:
    description:
      - For Pushover. Sound of alerts.
    type: str
  pushover_ok_sound:
    description:
      - For Pushover. Sound when resolved.
    type: str
  pushover_title:
    description:
      - For Pushover. Title of the message, a template.
    type: str
  pushover_message:
    description:
      - For Pushover. Text of the message, a template.
    type: str
  pushover_upload_image:
    description:
      - For Pushover. Whether a picture is sent. Grafana does so when it is not set.
    type: bool
  sensugo_url:
    description:
      - For Sensu Go. Address of the backend. Needed.
    type: str
  sensugo_api_key:
    description:
      - For Sensu Go. Key of the API. Needed.
    type: str
  sensugo_check:
    description:
      - For Sensu Go. Name of the check.
    type: str
  sensugo_entity:
    description:
      - For Sensu Go. Name of the entity.
    type: str
  sensugo_handler:
    description:
      - For Sensu Go. Name of the handler.
    type: str
  sensugo_message:
    description:
      - For Sensu Go. Text of the message, a template.
    type: str
  sensugo_namespace:
    description:
      - For Sensu Go. Namespace.
    type: str
  slack_url:
    description:
      - For Slack. Address of an incoming webhook, instead of a token and a recipient.
    type: str
  slack_token:
    description:
      - For Slack. Token of a bot.
    type: str
  slack_recipient:
    description:
      - For Slack. Channel or person to send to.
    type: str
  slack_endpoint_url:
    description:
      - For Slack. Another address for Slack's own API.
    type: str
  slack_icon_emoji:
    description:
      - For Slack. Emoji beside the message.
    type: str
  slack_icon_url:
    description:
      - For Slack. Picture beside the message.
    type: str
  slack_mention_channel:
    description:
      - For Slack. Whether the channel's present (V(here)) or all (V(channel)) members are mentioned.
    type: str
    choices: [here, channel]
  slack_mention_groups:
    description:
      - For Slack. Groups to mention, by identifier.
    type: list
    elements: str
  slack_mention_users:
    description:
      - For Slack. People to mention, by identifier.
    type: list
    elements: str
  slack_text:
    description:
      - For Slack. Text of the message, a template.
    type: str
  slack_title:
    description:
      - For Slack. Title of the message, a template.
    type: str
  slack_username:
    description:
      - For Slack. Name that the message is sent under.
    type: str
  teams_url:
    description:
      - For Microsoft Teams. Address of the webhook. Needed.
    type: str
  teams_section_title:
    description:
      - For Microsoft Teams. Title of the section.
    type: str
  teams_title:
    description:
      - For Microsoft Teams. Title of the message, a template.
    type: str
  teams_message:
    description:
      - For Microsoft Teams. Text of the message, a template.
    type: str
  telegram_token:
    description:
      - For Telegram. Token of the bot. Needed.
    type: str
  telegram_chat_id:
    description:
      - For Telegram. Chat to send to. Needed.
    type: str
  telegram_disable_notifications:
    description:
      - For Telegram. Whether the message makes no sound.
    type: bool
  telegram_message:
    description:
      - For Telegram. Text of the message, a template.
    type: str
  telegram_parse_mode:
    description:
      - For Telegram. How Telegram reads the text.
    type: str
  telegram_protect_content:
    description:
      - For Telegram. Whether the message cannot be forwarded or saved.
    type: bool
  telegram_web_page_view:
    description:
      - For Telegram. Whether links are shown without a preview.
    type: bool
  threema_gateway_id:
    description:
      - For Threema Gateway. Identifier of the gateway. Needed.
    type: str
  threema_recipient_id:
    description:
      - For Threema Gateway. Identifier of the receiver. Needed.
    type: str
  threema_api_secret:
    description:
      - For Threema Gateway. Secret of the gateway. Needed.
    type: str
  threema_title:
    description:
      - For Threema Gateway. Title of the message, a template.
    type: str
  threema_description:
    description:
      - For Threema Gateway. Text of the message, a template.
    type: str
  victorops_url:
    description:
      - For Splunk On-Call (VictorOps). Address of the integration. Needed.
    type: str
  victorops_message_type:
    description:
      - For Splunk On-Call (VictorOps). Kind of the message; Grafana itself says V(CRITICAL) and V(WARNING).
    type: str
    choices: [CRITICAL, WARNING, RECOVERY]
  victorops_title:
    description:
      - For Splunk On-Call (VictorOps). Title of the message, a template.
    type: str
  victorops_description:
    description:
      - For Splunk On-Call (VictorOps). Text of the message, a template.
    type: str
  webex_token:
    description:
      - For Webex. Token of the bot. Needed.
    type: str
  webex_room_id:
    description:
      - For Webex. Room to send to. Needed.
    type: str
  webex_api_url:
    description:
      - For Webex. Another address of the API.
    type: str
  webex_message:
    description:
      - For Webex. Text of the message, a template.
    type: str
  webhook_url:
    description:
      - For a webhook. Address to send to. Needed.
    type: str
  webhook_http_method:
    description:
      - For a webhook. Method of the request.
    type: str
    choices: [POST, PUT]
  webhook_max_alerts:
    description:
      - For a webhook. Most alerts in one message; V(0) means all.
    type: int
  webhook_username:
    description:
      - For a webhook. User for basic authentication.
    type: str
  webhook_password:
    description:
      - For a webhook. Password for basic authentication.
    type: str
  webhook_authorization_scheme:
    description:
      - For a webhook. Scheme of the Authorization header, V(Bearer) when only credentials are set.
    type: str
  webhook_authorization_credentials:
    description:
      - For a webhook. Credentials of the Authorization header.
    type: str
  webhook_title:
    description:
      - For a webhook. Title of the message, a template.
    type: str
  webhook_message:
    description:
      - For a webhook. Text of the message, a template.
    type: str
  wecom_url:
    description:
      - For WeCom. Address of a group robot, instead of an app.
    type: str
  wecom_agent_id:
    description:
      - For WeCom. Agent of the app.
    type: str
  wecom_corp_id:
    description:
      - For WeCom. Company of the app.
    type: str
  wecom_secret:
    description:
      - For WeCom. Secret of the app.
    type: str
  wecom_msg_type:
    description:
      - For WeCom. How the text is read.
    type: str
  wecom_to_user:
    description:
      - For WeCom. People to send to; all when there is none.
    type: list
    elements: str
  wecom_title:
    description:
      - For WeCom. Title of the message, a template.
    type: str
  wecom_message:
    description:
      - For WeCom. Text of the message, a template.
    type: str
"""
