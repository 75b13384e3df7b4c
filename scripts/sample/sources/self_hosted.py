"""Models on machines of one's own: counters of vLLM, GPUs by DCGM, OpenCost's allocation, cost of the machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from scripts.sample.draws import generator
from scripts.sample.files import SampleFile
from scripts.sample.sources.cloud_bills import table
from scripts.sample.sources.gateways import arrival, zulu

CLUSTER = "acme-gpu"
NODE = "gpu-node-1"
GPUS = 2
STEP_HOURS = 2
MODEL = "meta-llama/Llama-3.3-70B-Instruct"
COUNTERS = {
    "vllm:prompt_tokens_total": 40_000,
    "vllm:prompt_tokens_cached_total": 15_000,
    "vllm:generation_tokens_total": 6_000,
}
HARDWARE = Decimal("9.60")
POWER = Decimal("1.15")
PART = 930


def files(window: list[date], seed: int) -> list[SampleFile]:
    """Range queries with a restart and a page pulled twice, an allocation per day, a list of machine costs."""
    arrived = arrival(window)
    tags = {"account": CLUSTER}
    moments = _moments(window)
    half = len(moments) // 2
    # the second pull repeats the last moments of the first
    pulls = (moments[:half], moments[half - 3 :])
    return [
        *(
            SampleFile("vllm", "metrics", f"vllm-{index}.json", arrived, _matrix(_counters(window, seed, pull)), tags)
            for index, pull in enumerate(pulls)
        ),
        SampleFile("dcgm", "metrics", "dcgm.json", arrived, _matrix(_gpus(moments)), tags),
        SampleFile("opencost", "allocation", "allocation.json", arrived, _allocation(window), tags),
        SampleFile("gpu", "node_hours", "node_hours.csv", arrived, table(_node_hours(window)), {}),
    ]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Tokens since the first sample, samples, hours and cost."""
    rises = {name: list(_rises(name, window, seed)) for name in COUNTERS}
    totals = {name: sum(rise[1:]) for name, rise in rises.items()}
    cached = totals["vllm:prompt_tokens_cached_total"]
    return {
        "tokens": {
            "input_uncached_tokens": totals["vllm:prompt_tokens_total"] - cached,
            "input_cache_read_tokens": cached,
            "output_tokens": totals["vllm:generation_tokens_total"],
        },
        "requests": (len(_moments(window)) - 1) * 25,
        "samples": len(_moments(window)) * (len(COUNTERS) + 2),
        "restarts": len(COUNTERS) + 1,
        "blanks": len(_moments(window)),
        "gpu_hours": Decimal(GPUS * 24 * len(window)),
        "cost_usd": (HARDWARE + POWER) * len(window),
        "allocated_usd": Decimal("10.75") * len(window),
    }


def _moments(window: list[date]) -> list[datetime]:
    start = datetime.combine(window[0], time())
    return [start + timedelta(hours=hour) for hour in range(0, 24 * len(window), STEP_HOURS)]


def _rises(name: str, window: list[date], seed: int) -> Iterator[int]:
    """How much a counter rose before each moment; prompts rise by more than what the cache serves."""
    rng = generator(seed, PART + list(COUNTERS).index(name))
    for _ in _moments(window):
        yield int(COUNTERS[name] + rng.integers(0, 5_000))


def _counters(window: list[date], seed: int, pull: list[datetime]) -> list[dict[str, Any]]:
    """Series of the moments; the server restarts in the middle of the window."""
    moments = _moments(window)
    restart = moments[len(moments) // 3]
    labels = {"model_name": MODEL, "engine": "0", "instance": "10.0.0.7:8000", "job": "vllm", "namespace": "inference"}
    rises = {name: list(_rises(name, window, seed)) for name in COUNTERS}
    rises["vllm:request_success_total"] = [25] * len(moments)
    result = []
    for name, steps in rises.items():
        shown, values = 1_000_000, []
        for moment, step in zip(moments, steps, strict=True):
            shown = step if moment == restart else shown + step
            if moment in pull:
                values.append([_seconds(moment), str(shown)])
        more = {"finished_reason": "stop"} if name == "vllm:request_success_total" else {}
        result.append({"metric": {"__name__": name, **labels, **more}, "values": values})
    usage = [[_seconds(moment), "NaN"] for moment in pull]
    return [*result, {"metric": {"__name__": "vllm:kv_cache_usage_perc", **labels}, "values": usage}]


def _gpus(moments: list[datetime]) -> list[dict[str, Any]]:
    """Use and energy of one GPU, and memory that the driver can't tell."""
    labels = {"gpu": "0", "UUID": "GPU-7a", "Hostname": NODE, "namespace": "inference", "pod": "llama-0"}
    series = {
        "DCGM_FI_DEV_GPU_UTIL": lambda index: "63",
        "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION": lambda index: str(1_000_000_000 + index * 2_160_000),
        "DCGM_FI_DEV_FB_USED": lambda index: "9223372036854775794",
    }
    return [
        {
            "metric": {"__name__": name, **labels},
            "values": [[_seconds(moment), value(index)] for index, moment in enumerate(moments)],
        }
        for name, value in series.items()
    ]


def _seconds(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())


def _matrix(result: list[dict[str, Any]]) -> bytes:
    return json.dumps({"status": "success", "data": {"resultType": "matrix", "result": result}}).encode()


def _allocation(window: list[date]) -> bytes:
    """A workload and what stands idle, per day."""
    data = []
    for day in window:
        start = datetime.combine(day, time())
        span = {"start": zulu(start), "end": zulu(start + timedelta(days=1))}
        workloads = {"inference/llama": (GPUS * 15, "6.70"), "__idle__": (GPUS * 9, "4.05")}
        data.append(
            {
                name: {
                    "name": name,
                    "properties": {"cluster": CLUSTER, "namespace": name.split("/")[0]},
                    "window": span,
                    **span,
                    "minutes": 1440,
                    "cpuCoreHours": 0,
                    "gpuHours": hours,
                    "gpuCost": float(cost),
                    "ramByteHours": 0,
                    "totalCost": float(cost),
                }
                for name, (hours, cost) in workloads.items()
            }
        )
    return json.dumps({"code": 200, "data": data}).encode()


def _node_hours(window: list[date]) -> list[dict[str, Any]]:
    return [
        {
            "date": day,
            "cluster": CLUSTER,
            "node": NODE,
            "gpu_model": "L4",
            "gpu_count": GPUS,
            "hours": 24,
            "cost_kind": kind,
            "cost": cost,
            "list_cost": "",
            "currency": "USD",
            "team": "platform",
        }
        for day in window
        for kind, cost in (("hardware", HARDWARE), ("power", POWER))
    ]
