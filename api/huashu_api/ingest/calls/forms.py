"""The JSON of recognisers and quality systems: a table, one entry a form.

A new form is one entry here and one sample in ``tests/cases/call_variants.json``. Entries are tried in their order on
the content and on every object inside it, so that envelopes (``{"code": 0, "data": {...}}``) need not be told. A path
is keys and places joined by dots: ``*`` is each element of a list, ``json`` reads a string as JSON; the empty path is
the value itself.
"""

from __future__ import annotations

from dataclasses import dataclass

MILLISECONDS, SECONDS, TICKS, CLOCK, DATE, SPAN = 1.0, 1000.0, 1e-4, 0.0, -1.0, -2.0
"""Units of time: the first three times so many milliseconds; ``00:00:03,100``; dates as of ISO 8601; ``3.1s``. Ticks
are a tenth of a microsecond."""


@dataclass(frozen=True, slots=True)
class Form:
    """How one recogniser writes a call.

    ``turns`` is the path to the list of turns; in each turn ``text``, ``speaker``, ``begin`` and ``end`` are paths, of
    which the first that leads anywhere counts. ``duration`` stands for ``end`` where that has no path, ``names`` leads
    from the object to speakers by number. ``words``: the list is of words, which become turns where the speaker
    changes. ``spec`` names the public specification.
    """

    name: str
    spec: str
    turns: str
    text: tuple[str, ...]
    speaker: tuple[str, ...] = ()
    begin: tuple[str, ...] = ()
    end: tuple[str, ...] = ()
    unit: float = MILLISECONDS
    duration: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    names: str = ""
    words: bool = False
    id: tuple[str, ...] = ()


FORMS = (
    Form(
        "Alibaba Cloud SCA", "help.aliyun.com: Smart Conversation Analysis, UploadData: tickets[].dialogue[]",
        "dialogue", ("words",), ("role", "identity"), ("begin",), ("end",), id=("tid",),
    ),
    Form(
        "Alibaba Cloud file transcription", "help.aliyun.com: Intelligent Speech Interaction, FileTrans: Sentences[]",
        "Sentences", ("Text",), ("SpeakerId",), ("BeginTime",), ("EndTime",), channel=("ChannelId",),
    ),
    Form(
        "Alibaba Cloud DashScope", "help.aliyun.com: Model Studio, Paraformer: transcripts[].sentences[]",
        "transcripts.*.sentences.*", ("text",), ("speaker_id",), ("begin_time",), ("end_time",),
        channel=("channel_id",),
    ),
    Form(
        "Alibaba Cloud Tingwu", "help.aliyun.com: Tingwu, Transcription: Paragraphs[].Words[]",
        "Paragraphs", ("Words.*.Text",), ("SpeakerId",), ("Words.0.Start",), ("Words.-1.End",),
    ),
    Form(
        "Tencent Cloud", "cloud.tencent.com: ASR, DescribeTaskStatus: ResultDetail[] (SentenceDetail)",
        "ResultDetail", ("FinalSentence", "SliceSentence"), ("SpeakerId",), ("StartMs",), ("EndMs",),
    ),
    Form(
        "iFLYTEK LFASR", "xfyun.cn: LFASR v1, getResult: data[] with onebest",
        "data.json", ("onebest",), ("speaker",), ("bg",), ("ed",),
    ),
    Form(
        "iFLYTEK LFASR", "xfyun.cn: LFASR, onebest in a list of its own",
        "", ("onebest",), ("speaker",), ("bg",), ("ed",),
    ),
    Form(
        "iFLYTEK LFASR 2", "xfyun.cn: LFASR v2, orderResult: lattice[].json_1best.st",
        "lattice", ("json_1best.json.st.rt.*.ws.*.cw.0.w",), ("json_1best.json.st.rl",),
        ("json_1best.json.st.bg",), ("json_1best.json.st.ed",),
    ),
    Form(
        "Huawei Cloud", "support.huaweicloud.com: SIS, long audio: segments[].result.text",
        "segments", ("result.text",), ("result.analysis_info.role", "result.analysis_info.speaker"), ("start_time",),
        ("end_time",), channel=("result.analysis_info.channel",),
    ),
    Form(
        "Volcengine", "volcengine.com: speech, audio file recognition: utterances[]",
        "utterances", ("text",), ("additions.speaker", "speaker", "speaker_id"), ("start_time",), ("end_time",),
        channel=("additions.channel_id", "channel_id"),
    ),
    Form(
        "Baidu AI Cloud", "ai.baidu.com: audio file transcription: task_result.detailed_result[]",
        "detailed_result", ("res", "res.*", "sentence"), ("speaker", "speaker_id", "spk"), ("begin_time",),
        ("end_time",), channel=("channel", "channel_id"),
    ),
    Form(
        "FunASR", "github.com/modelscope/FunASR: AutoModel with spk_model: sentence_info[]",
        "sentence_info", ("text", "sentence"), ("spk", "speaker"), ("start",), ("end",), id=("key",),
    ),
    Form(
        "FunASR runtime", "github.com/modelscope/FunASR: runtime, websocket protocol: stamp_sents[]",
        "stamp_sents", ("text_seg",), ("spk",), ("start",), ("end",), id=("wav_name",),
    ),
    Form(
        "whisper.cpp", "github.com/ggml-org/whisper.cpp: --output-json: transcription[]",
        "transcription", ("text",), ("speaker",), ("offsets.from",), ("offsets.to",),
    ),
    Form(
        "Whisper", "github.com/openai/whisper: segments[]; whisperX and faster-whisper alike",
        "segments", ("text",), ("speaker", "words.0.speaker"), ("start",), ("end",), SECONDS, channel=("channel",),
    ),
    Form(
        "Azure batch transcription", "learn.microsoft.com: Speech, batch transcription: recognizedPhrases[]",
        "recognizedPhrases", ("nBest.0.display", "nBest.0.lexical"), ("speaker",), ("offsetInTicks",), (), TICKS,
        ("durationInTicks",), ("channel",),
    ),
    Form(
        "Azure fast transcription", "learn.microsoft.com: Speech, fast transcription: phrases[]",
        "phrases", ("text",), ("speaker",), ("offsetMilliseconds",), (), MILLISECONDS, ("durationMilliseconds",),
        ("channel",),
    ),
    Form(
        "Amazon Transcribe Call Analytics", "docs.aws.amazon.com: Transcribe, call analytics: Transcript[]",
        "Transcript", ("Content",), ("ParticipantRole", "ParticipantId"), ("BeginOffsetMillis",),
        ("EndOffsetMillis",),
    ),
    Form(
        "Amazon Transcribe", "docs.aws.amazon.com: Transcribe, output: results.audio_segments[]",
        "results.audio_segments", ("transcript",), ("speaker_label",), ("start_time",), ("end_time",), SECONDS,
        channel=("channel_label",), id=("jobName",),
    ),
    Form(
        "Amazon Transcribe", "docs.aws.amazon.com: Transcribe, output: results.items[]",
        "results.items", ("alternatives.0.content",), ("speaker_label",), ("start_time",), ("end_time",), SECONDS,
        channel=("channel_label",), words=True, id=("jobName",),
    ),
    Form(
        "Google Cloud Speech-to-Text", "cloud.google.com: Speech-to-Text, LongRunningRecognize: results[]",
        "results", ("alternatives.0.transcript",), ("alternatives.0.words.0.speakerTag",),
        ("alternatives.0.words.0.startTime",), ("resultEndTime", "alternatives.0.words.-1.endTime"), SPAN,
        channel=("channelTag",),
    ),
    Form(
        "vCon", "datatracker.ietf.org: draft-ietf-vcon-vcon-core: dialog[], parties[]",
        "dialog", ("body",), ("parties", "parties.0", "originator"), ("start",), (), DATE, ("duration",),
        names="parties", id=("uuid",),
    ),
)  # fmt: skip
"""Every form that is known by name. What is none of them may still be a list of turns with usual keys."""

TEXT_KEYS = (
    "words", "text", "content", "sentence", "utterance", "display", "transcript", "transcription", "message", "msg",
    "body",
    "value", "onebest", "asr_text", "asrtext", "speech", "result", "onebest_text", "话语", "文本", "内容", "识别文本",
    "识别结果", "转写文本", "转写内容", "消息", "消息内容", "语句",
)  # fmt: skip
SPEAKER_KEYS = (
    "role", "speaker", "speaker_name", "speaker_role", "speaker_label", "speakername", "speakerid", "speaker_id",
    "spk", "spk_id", "spkid", "identity", "participant", "party", "from", "sender", "who", "name", "side", "user",
    "sender_name", "sendername", "nickname", "from_name", "fromname", "from_user", "fromuser", "talker", "speaker_tag",
    "speakertag", "发送方",
    "角色", "说话人", "发言人", "讲话人", "身份", "发送人", "发送者",
)  # fmt: skip
CHANNEL_KEYS = ("channel", "channel_id", "channelid", "ch", "track", "声道", "通道")
BEGIN_KEYS = (
    "begin", "begin_time", "begintime", "begin_ms", "beginms", "start", "start_time", "starttime", "start_ms",
    "startms", "t0", "bg", "offset", "from_ms", "timestamp", "time", "ts", "send_time", "sendtime",
    "msgtime", "msg_time", "create_time", "createtime", "created_at", "发送时间", "开始时间", "起始时间", "开始",
    "起始",
    "起始毫秒", "开始毫秒", "时间",
)  # fmt: skip
END_KEYS = (
    "end", "end_time", "endtime", "end_ms", "endms", "stop", "t1", "ed", "to_ms", "结束时间", "终止时间", "结束",
    "结束毫秒",
)  # fmt: skip
"""Usual names of a turn's parts, compared in small letters, likelier ones first."""
