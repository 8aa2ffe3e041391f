"""One conversation without tools: the harness, and the environment of one agent that plays in it."""

from typing import Any

import openai
import verifiers.v1 as vf

#: What ``verifiers`` takes for an interception server that cannot be reached.
UNREACHABLE = 97


class ChatConfig(vf.HarnessConfig):
    """Nothing but what every harness has."""


class Chat(vf.Harness[ChatConfig]):
    """Sends the conversation to the model and ends with its reply.

    It runs in the process of the environment: no program is started, nothing is installed, no sandbox is asked for.
    """

    APPENDS_SYSTEM_PROMPT = True
    SUPPORTS_RESUME = True
    EXECUTES_CODE = False
    NEEDS_CONTAINER = False

    async def launch(
        self,
        ctx: vf.ModelContext,
        trace: vf.Trace,
        runtime: vf.Runtime,
        endpoint: str,
        secret: str,
        mcp_urls: dict[str, str],
        data: vf.TaskData,
    ) -> vf.ProgramResult:
        """One request; a failure of it is for the rollout to attribute."""
        system, prompt = self.resolve_prompt(data)
        messages = [{"role": "system", "content": system}] if system else []
        messages += [{"role": "user", "content": prompt}] if isinstance(prompt, str) else map(_wire, prompt or [])
        try:
            async with openai.AsyncOpenAI(base_url=endpoint, api_key=secret, timeout=None) as client:
                await client.chat.completions.create(model=ctx.model, messages=messages)
        except openai.APIConnectionError as fault:
            return vf.ProgramResult(exit_code=UNREACHABLE, stdout="", stderr=str(fault))
        except openai.APIStatusError as fault:
            return vf.ProgramResult(exit_code=1, stdout="", stderr=str(fault))
        return vf.ProgramResult(exit_code=0, stdout="", stderr="")


def _wire(message: Any) -> dict[str, Any]:
    """A message in OpenAI's form."""
    wire: dict[str, Any] = message.model_dump(include={"role", "content", "reasoning_content"}, exclude_none=True)
    return {"content": "", **wire}


class SinglePlayConfig(vf.EnvConfig):
    """One agent."""

    agent: vf.AgentConfig = vf.AgentConfig(runtime=vf.SubprocessConfig())
    """The one that plays; nothing runs in its runtime, a folder of this machine."""


class SinglePlay(vf.Env[SinglePlayConfig]):
    """One agent and a task. It differs from the environment that verifiers takes otherwise in the runtime alone."""

    async def run(self, task: vf.Task, agents: vf.Agents) -> None:
        """The agent plays the task."""
        await agents.agent.run(task)
