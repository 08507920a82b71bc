# Copyright: observability.stack contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Rows of contact_point_types.py: chats. What a row holds is told in contact_point_rows.py."""

from __future__ import annotations

from typing import Any

from .contact_point_rows import BOOL, DESCRIPTION, MESSAGE, SECRET, TITLE, joined_by, one_of

CHAT: dict[str, Any] = {
    "dingding": {
        "words": "DingDing", "needs": (("url",),),
        "settings": (
            ("url", "Address of the robot.", "url", SECRET),
            ("msgType", "Kind of message; V(action_card) is another word for V(actionCard).", "message_type", one_of("link", "actionCard", "action_card")),
            TITLE, MESSAGE,
        ),
    },
    "discord": {
        "words": "Discord", "needs": (("url",),),
        "settings": (
            ("url", "Address of the webhook.", "url", SECRET), ("avatar_url", "Picture beside the message.", "avatar_url"), TITLE, MESSAGE,
            ("use_discord_username", "Whether the webhook's own name is used instead of Grafana.", "use_username", BOOL),
        ),
    },
    "googlechat": {
        "words": "Google Chat", "needs": (("url",),), "settings": (("url", "Address of the webhook.", "url", SECRET), TITLE, MESSAGE),
    },
    "line": {
        "words": "LINE Notify, which LINE has ended", "needs": (("token",),),
        "settings": (("token", "Access token.", "token", SECRET), TITLE, DESCRIPTION),
    },
    "slack": {
        "words": "Slack", "needs": (("url",), ("token", "recipient")),
        "settings": (
            ("url", "Address of an incoming webhook, instead of a token and a recipient.", "url", SECRET),
            ("token", "Token of a bot.", "token", SECRET),
            ("recipient", "Channel or person to send to.", "recipient"),
            ("endpointUrl", "Another address for Slack's own API.", "endpoint_url"),
            ("icon_emoji", "Emoji beside the message.", "icon_emoji"),
            ("icon_url", "Picture beside the message.", "icon_url"),
            ("mentionChannel", "Whether the channel's present (V(here)) or all (V(channel)) members are mentioned.", "mention_channel",
             one_of("here", "channel")),
            ("mentionGroups", "Groups to mention, by identifier.", "mention_groups", joined_by(",")),
            ("mentionUsers", "People to mention, by identifier.", "mention_users", joined_by(",")),
            ("text", "Text of the message, a template.", "text"), TITLE,
            ("username", "Name that the message is sent under.", "username"),
            ("color", "Colour, a template."), ("footer", "Footer, a template."),
        ),
    },
    "teams": {
        "words": "Microsoft Teams", "needs": (("url",),),
        "settings": (
            ("url", "Address of the webhook.", "url", SECRET), ("sectiontitle", "Title of the section.", "section_title"), TITLE, MESSAGE,
        ),
    },
    "telegram": {
        "words": "Telegram", "needs": (("bottoken", "chatid"),),
        "settings": (
            ("bottoken", "Token of the bot.", "token", SECRET),
            ("chatid", "Chat to send to.", "chat_id"),
            ("message_thread_id", "Thread to send to."),
            ("disable_notification", "Whether the message makes no sound.", "disable_notifications", BOOL),
            MESSAGE,
            ("parse_mode", "How Telegram reads the text.", "parse_mode"),
            ("protect_content", "Whether the message cannot be forwarded or saved.", "protect_content", BOOL),
            ("disable_web_page_preview", "Whether links are shown without a preview.", "web_page_view", BOOL),
        ),
    },
    "webex": {
        "words": "Webex", "needs": (("bot_token", "room_id"),),
        "settings": (
            ("bot_token", "Token of the bot.", "token", SECRET), ("room_id", "Room to send to.", "room_id"),
            ("api_url", "Another address of the API.", "api_url"), MESSAGE,
        ),
    },
    "wecom": {
        "words": "WeCom", "needs": (("url",), ("agent_id", "corp_id", "secret")),
        "settings": (
            ("url", "Address of a group robot, instead of an app.", "url", SECRET), ("agent_id", "Agent of the app.", "agent_id"),
            ("corp_id", "Company of the app.", "corp_id"), ("secret", "Secret of the app.", "secret", SECRET),
            ("msgtype", "How the text is read.", "msg_type"), ("touser", "People to send to; all when there is none.", "to_user", joined_by("|")),
            TITLE, MESSAGE, ("endpointUrl", "Another address of the API."),
        ),
    },
}  # fmt: skip
