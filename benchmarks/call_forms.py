"""One call, written in every form that Huashu reads: for its tests and for ``benchmarks/forms.py``.

Each writer takes turns ``{"role", "words", "begin", "end"}`` (milliseconds; the roles 坐席 and 客户) and gives a file's
name and bytes. What it writes follows the public specification that ``huashu_api.ingest.calls.forms`` names.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

Turn = dict[str, Any]
Turns = Sequence[Turn]
AGENT = "坐席"


def number(turn: Turn) -> int:
    """0 for the agent, 1 for the other."""
    return 0 if turn["role"] == AGENT else 1


def stamp(milliseconds: int, point: str = ".") -> str:
    """``00:00:03.100``."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{rest:03}"


def short(milliseconds: int) -> str:
    """``00:03``."""
    seconds = milliseconds // 1000
    return f"{seconds // 60:02}:{seconds % 60:02}"


def tokens_of(words: str) -> list[str]:
    """Words as recognisers have them: characters, and runs of letters and digits."""
    return re.findall(r"[A-Za-z0-9]+|[^A-Za-z0-9]", words)


def dump(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def aliyun_sca(turns: Turns) -> bytes:
    dialogue = [{**turn, "role": "客服" if number(turn) == 0 else "客户"} for turn in turns]
    return dump({"tickets": [{"tid": "T-9", "dialogue": dialogue}]})


def aliyun_file(turns: Turns) -> bytes:
    sentences = [
        {"BeginTime": t["begin"], "EndTime": t["end"], "Text": t["words"], "ChannelId": number(t), "SpeechRate": 180}
        for t in turns
    ]
    return dump({"StatusText": "SUCCESS", "Result": {"Sentences": sentences}})


def dashscope(turns: Turns) -> bytes:
    channels = [
        {
            "channel_id": channel,
            "sentences": [
                {"begin_time": t["begin"], "end_time": t["end"], "text": t["words"], "channel_id": channel, "words": []}
                for t in turns
                if number(t) == channel
            ],
        }
        for channel in (0, 1)
    ]
    return dump({"file_url": "x", "transcripts": channels})


def tingwu(turns: Turns) -> bytes:
    paragraphs = []
    for place, t in enumerate(turns):
        tokens = tokens_of(t["words"])
        words = [
            {"Id": n, "SentenceId": 1, "Start": t["begin"], "End": t["end"], "Text": token}
            for n, token in enumerate(tokens)
        ]
        paragraphs.append({"ParagraphId": str(place), "SpeakerId": str(number(t) + 1), "Words": words})
    return dump({"TaskId": "x", "Transcription": {"Paragraphs": paragraphs}})


def tencent(turns: Turns) -> bytes:
    detail = [
        {"FinalSentence": t["words"], "StartMs": t["begin"], "EndMs": t["end"], "SpeakerId": number(t)} for t in turns
    ]
    return dump({"Response": {"RequestId": "x", "Data": {"TaskId": 1, "StatusStr": "success", "ResultDetail": detail}}})


def tencent_text(turns: Turns) -> bytes:
    def time(milliseconds: int) -> str:
        return f"{milliseconds // 60_000}:{milliseconds % 60_000 / 1000:.3f}"

    lines = [f"[{time(t['begin'])},{time(t['end'])},{number(t)}]  {t['words']}" for t in turns]
    return ("\n".join(lines) + "\n").encode()


def iflytek(turns: Turns) -> bytes:
    data = [
        {"bg": str(t["begin"]), "ed": str(t["end"]), "onebest": t["words"], "speaker": str(number(t) + 1)}
        for t in turns
    ]
    return dump({"ok": 0, "err_no": 0, "data": json.dumps(data, ensure_ascii=False)})


def iflytek_lattice(turns: Turns) -> bytes:
    lattice = []
    for t in turns:
        words = [{"cw": [{"w": char, "wp": "n"}], "wb": 0, "we": 1} for char in tokens_of(t["words"])]
        st = {"bg": str(t["begin"]), "ed": str(t["end"]), "rl": str(number(t) + 1), "rt": [{"ws": words}]}
        lattice.append({"json_1best": json.dumps({"st": st}, ensure_ascii=False)})
    result = json.dumps({"lattice": lattice}, ensure_ascii=False)
    return dump({"code": "000000", "content": {"orderInfo": {"status": 4}, "orderResult": result}})


def huawei(turns: Turns) -> bytes:
    segments = [
        {
            "start_time": t["begin"], "end_time": t["end"],
            "result": {"text": t["words"], "analysis_info": {"role": ("AGENT", "USER")[number(t)]}},
        }
        for t in turns
    ]  # fmt: skip
    return dump({"job_id": "x", "status": "FINISHED", "segments": segments})


def volcengine(turns: Turns) -> bytes:
    utterances = [
        {
            "start_time": t["begin"],
            "end_time": t["end"],
            "text": t["words"],
            "additions": {"speaker": str(number(t) + 1)},
        }
        for t in turns
    ]
    return dump({"result": {"text": "".join(t["words"] for t in turns), "utterances": utterances}})


def baidu(turns: Turns) -> bytes:
    detail = [
        {"res": [t["words"]], "begin_time": t["begin"], "end_time": t["end"], "speaker": str(number(t))} for t in turns
    ]
    result = {"result": ["".join(t["words"] for t in turns)], "detailed_result": detail}
    return dump({"log_id": 1, "tasks_info": [{"task_status": "Success", "task_result": result, "task_id": "x"}]})


def funasr(turns: Turns) -> bytes:
    info = [{"text": t["words"], "start": t["begin"], "end": t["end"], "spk": number(t)} for t in turns]
    return dump([{"key": "call", "text": "".join(t["words"] for t in turns), "sentence_info": info}])


def whisper(turns: Turns) -> bytes:
    segments = [
        {"id": n, "start": t["begin"] / 1000, "end": t["end"] / 1000, "text": " " + t["words"]}
        for n, t in enumerate(turns)
    ]
    return dump({"text": "".join(t["words"] for t in turns), "segments": segments, "language": "zh"})


def whisperx(turns: Turns) -> bytes:
    segments = [
        {
            "start": t["begin"] / 1000, "end": t["end"] / 1000, "text": t["words"], "speaker": f"SPEAKER_0{number(t)}",
            "words": [{"word": char, "start": t["begin"] / 1000, "score": 0.9} for char in t["words"][:2]],
        }
        for t in turns
    ]  # fmt: skip
    return dump({"segments": segments, "word_segments": [{"word": "您"}]})


def whisper_cpp(turns: Turns) -> bytes:
    rows = [
        {
            "timestamps": {"from": stamp(t["begin"], ","), "to": stamp(t["end"], ",")},
            "offsets": {"from": t["begin"], "to": t["end"]}, "text": t["words"], "speaker": str(number(t)),
        }
        for t in turns
    ]  # fmt: skip
    return dump({"systeminfo": "x", "result": {"language": "zh"}, "transcription": rows})


def azure_batch(turns: Turns) -> bytes:
    phrases = [
        {
            "recognitionStatus": "Success", "channel": number(t), "offsetInTicks": t["begin"] * 10_000,
            "durationInTicks": (t["end"] - t["begin"]) * 10_000, "nBest": [{"confidence": 0.9, "display": t["words"]}],
        }
        for t in sorted(turns, key=number)
    ]  # fmt: skip
    return dump({"source": "x", "combinedRecognizedPhrases": [], "recognizedPhrases": phrases})


def azure_fast(turns: Turns) -> bytes:
    phrases = [
        {
            "speaker": number(t) + 1, "offsetMilliseconds": t["begin"], "durationMilliseconds": t["end"] - t["begin"],
            "text": t["words"], "confidence": 0.9,
        }
        for t in turns
    ]  # fmt: skip
    return dump({"durationMilliseconds": 9, "combinedPhrases": [{"text": "x"}], "phrases": phrases})


def aws_analytics(turns: Turns) -> bytes:
    transcript = [
        {
            "ParticipantRole": ("AGENT", "CUSTOMER")[number(t)], "Content": t["words"],
            "BeginOffsetMillis": t["begin"], "EndOffsetMillis": t["end"],
        }
        for t in turns
    ]  # fmt: skip
    return dump({"JobStatus": "COMPLETED", "LanguageCode": "zh-CN", "Transcript": transcript})


def aws_items(turns: Turns) -> bytes:
    items = []
    for t in turns:
        tokens = tokens_of(t["words"])
        step = max(1, (t["end"] - t["begin"]) // len(tokens))
        for place, char in enumerate(tokens):
            begin = t["begin"] + place * step
            last = place == len(tokens) - 1
            items.append(
                {
                    "type": "pronunciation", "speaker_label": f"spk_{number(t)}", "start_time": f"{begin / 1000:.3f}",
                    "end_time": f"{(t['end'] if last else begin + step) / 1000:.3f}",
                    "alternatives": [{"confidence": "0.9", "content": char}],
                }
            )  # fmt: skip
    results = {"transcripts": [{"transcript": "".join(t["words"] for t in turns)}], "items": items}
    return dump({"jobName": "j", "results": results, "status": "COMPLETED"})


def vcon(turns: Turns) -> bytes:
    dialog = [
        {
            "type": "text", "start": f"2025-03-07T10:{t['begin'] // 60_000:02}:{t['begin'] % 60_000 / 1000:06.3f}Z",
            "duration": (t["end"] - t["begin"]) / 1000, "parties": [number(t)], "body": t["words"],
        }
        for t in turns
    ]  # fmt: skip
    parties = [{"name": "小周", "role": "agent"}, {"name": "店主", "role": "customer"}]
    return dump({"vcon": "0.0.2", "uuid": "x", "parties": parties, "dialog": dialog})


def chat(turns: Turns) -> bytes:
    messages = [{"role": ("assistant", "user")[number(t)], "content": t["words"]} for t in turns]
    return dump({"model": "x", "messages": [{"role": "system", "content": "质检"}, *messages]})


def usual_keys(turns: Turns) -> bytes:
    rows = [
        {"channel_id": number(t), "begin_time": t["begin"], "end_time": t["end"], "sentence": t["words"]} for t in turns
    ]
    return dump({"code": 0, "data": {"call": {"sentences": rows}}})


def json_lines(turns: Turns) -> bytes:
    rows = [{"speaker": ("客服", "用户")[number(t)], "content": t["words"], "t0": t["begin"] / 1000} for t in turns]
    return json.dumps({"id": "c1", "turns": rows}, ensure_ascii=False).encode() + b"\n"


def srt(turns: Turns) -> bytes:
    cues = [
        f"{n}\n{stamp(t['begin'], ',')} --> {stamp(t['end'], ',')}\nSpeaker {number(t)}: {t['words']}\n"
        for n, t in enumerate(turns, 1)
    ]
    return "\n".join(cues).encode()


def srt_without_speakers(turns: Turns) -> bytes:
    cues = [
        f"{n}\r\n{stamp(t['begin'], ',')} --> {stamp(t['end'], ',')}\r\n{t['words']}\r\n"
        for n, t in enumerate(turns, 1)
    ]
    return ("\ufeff" + "\r\n".join(cues)).encode()


def vtt(turns: Turns) -> bytes:
    cues = [
        f"{stamp(t['begin'])[3:]} --> {stamp(t['end'])[3:]} align:start\n<v Speaker {number(t)}>{t['words']}</v>\n"
        for t in turns
    ]
    return ("WEBVTT\nKind: captions\n\nNOTE by a machine\n\n" + "\n".join(cues)).encode()


def bracketed(turns: Turns) -> bytes:
    lines = [f"[{stamp(t['begin'])[3:-1]} - {stamp(t['end'])[3:-1]}] speaker_{number(t)}: {t['words']}" for t in turns]
    return "\n".join(lines).encode()


def time_and_name(turns: Turns) -> bytes:
    return "\n".join(f"[{stamp(t['begin'])[:-4]}] {t['role']}：{t['words']}" for t in turns).encode("gb18030")


def meeting(turns: Turns) -> bytes:
    blocks = [f"发言人{number(t) + 1}   {short(t['begin'])}\n{t['words']}\n" for t in turns]
    return ("通话记录\n\n" + "\n".join(blocks)).encode()


def name_and_date(turns: Turns) -> bytes:
    lines = [f"{t['role']}小李 2025-03-07 10:{short(t['begin'])}\n{t['words']}" for t in turns]
    return "\n".join(lines).encode("utf-16")


def time_above_name(turns: Turns) -> bytes:
    lines = [f"2025/03/07 10:{short(t['begin'])} {t['role']}\n{t['words']}\n" for t in turns]
    return "\n".join(lines).encode()


def _table(turns: Turns, delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["通话流水号", "说话人", "开始时间", "识别文本"])
    writer.writerows(["C7", turn["role"], turn["begin"], turn["words"]] for turn in turns)
    return text.getvalue()


def turns_csv(turns: Turns) -> bytes:
    return _table(turns).encode("gb18030")


def turns_semicolons(turns: Turns) -> bytes:
    return _table(turns, ";").encode("utf-8-sig")


def turns_shuffled(turns: Turns) -> bytes:
    """Rows of a call in the wrong order, to be sorted by their time."""
    return _table([*turns[1::2], *turns[::2]]).encode()


WRITERS: dict[str, tuple[str, Callable[[Turns], bytes], str]] = {
    "aliyun_sca": ("a.json", aliyun_sca, "tsb"), "aliyun_file": ("a.json", aliyun_file, "tsb"),
    "dashscope": ("a.json", dashscope, "tsb"), "tingwu": ("a.json", tingwu, "tsb"),
    "tencent": ("a.json", tencent, "tsb"), "tencent_text": ("a.txt", tencent_text, "tsb"),
    "iflytek": ("a.json", iflytek, "tsb"), "iflytek_lattice": ("a.json", iflytek_lattice, "tsb"),
    "huawei": ("a.json", huawei, "tsb"), "volcengine": ("a.json", volcengine, "tsb"),
    "baidu": ("a.json", baidu, "tsb"), "funasr": ("a.json", funasr, "tsb"), "whisper": ("a.json", whisper, "tb"),
    "whisperx": ("a.json", whisperx, "tsb"), "whisper_cpp": ("a.json", whisper_cpp, "tsb"),
    "azure_batch": ("a.json", azure_batch, "tsb"), "azure_fast": ("a.json", azure_fast, "tsb"),
    "aws_analytics": ("a.json", aws_analytics, "tsb"), "aws_items": ("a.json", aws_items, "tsb"),
    "vcon": ("a.json", vcon, "tsb"), "chat": ("a.json", chat, "s"), "usual_keys": ("a.json", usual_keys, "tsb"),
    "json_lines": ("a.jsonl", json_lines, "sb"), "srt": ("a.srt", srt, "tsb"),
    "srt_without_speakers": ("a.srt", srt_without_speakers, "tb"), "vtt": ("a.vtt", vtt, "tsb"),
    "bracketed": ("a.txt", bracketed, "tsb"), "time_and_name": ("a.txt", time_and_name, "sb"),
    "meeting": ("a.txt", meeting, "sb"), "name_and_date": ("a.txt", name_and_date, "sb"),
    "time_above_name": ("a.txt", time_above_name, "sb"), "turns_csv": ("a.csv", turns_csv, "sb"),
    "turns_semicolons": ("a.csv", turns_semicolons, "sb"), "turns_shuffled": ("a.csv", turns_shuffled, "sb"),
}  # fmt: skip
"""Form -> a file's name, its writer, and what it tells besides the words: ``t`` when turns end, ``s`` who speaks, ``b``
when turns begin."""
