namespace Plumbline.Models.Tests.ChatTemplates;

/// <summary>Templates written for these tests in the formats of well-known model families, using the features that the real ones use.</summary>
internal static class ChatFormats
{
    public const string ChatMl = """
        {% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\nBe helpful.<|im_end|>\n' }}{% endif %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}
        """;

    public const string Llama3 = """
        {% set turns = messages %}
        {% for message in turns %}
            {% set turn = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' %}
            {% if loop.index0 == 0 %}
                {% set turn = bos_token + turn %}
            {% endif %}
            {{- turn }}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
        {%- endif %}
        """;

    public const string Mistral = """
        {%- if messages[0]['role'] == 'system' %}
            {%- set system = messages[0]['content'] %}
            {%- set turns = messages[1:] %}
        {%- else %}
            {%- set turns = messages %}
        {%- endif %}
        {{- bos_token }}
        {%- for message in turns %}
            {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
                {{- raise_exception('Roles must alternate: user, assistant, user, ...') }}
            {%- endif %}
            {%- if message['role'] == 'user' %}
                {%- if loop.last and system is defined %}
                    {{- '[INST] ' + system + '\n\n' + message['content'] + '[/INST]' }}
                {%- else %}
                    {{- '[INST] ' + message['content'] + '[/INST]' }}
                {%- endif %}
            {%- else %}
                {{- ' ' + message['content'] | trim + eos_token }}
            {%- endif %}
        {%- endfor %}
        """;

    public const string Gemma = """
        {{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('There is no system role') }}{% endif %}{% for message in messages %}{% if message['role'] == 'assistant' %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}
        """;

    public const string Zephyr = """
        {% for message in messages %}
        {% if message['role'] == 'user' %}
        {{ '<|user|>\n' + message['content'] + eos_token }}
        {% elif message['role'] == 'system' %}
        {{ '<|system|>\n' + message['content'] + eos_token }}
        {% elif message['role'] == 'assistant' %}
        {{ '<|assistant|>\n' + message['content'] + eos_token }}
        {% endif %}
        {% if loop.last and add_generation_prompt %}
        {{ '<|assistant|>' }}
        {% endif %}
        {% endfor %}
        """;

    public const string Phi = """
        {% for message in messages %}{{ '<|' ~ message.role ~ '|>\n' ~ message.content ~ '<|end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}
        """;

    /// <summary>In the manner of Qwen 3 and SmolLM 3: tools, tool calls, macros, thoughts of earlier turns left out, namespaces and backward loops.</summary>
    public const string ToolsAndThoughts = """
        {%- macro describe(tool) -%}
            {{- tool.function | tojson }}
        {%- endmacro %}
        {%- if tools %}
            {{- '<|im_start|>system\n# Tools\n' }}
            {%- for tool in tools %}
                {{- "\n" ~ describe(tool) }}
            {%- endfor %}
            {{- '<|im_end|>\n' }}
        {%- endif %}
        {%- set ns = namespace(last_query=messages | length - 1, searching=true) %}
        {%- for message in messages[::-1] %}
            {%- set index = messages | length - 1 - loop.index0 %}
            {%- if ns.searching and message.role == 'user' and message.content is string and not message.content.startswith('<tool_response>') %}
                {%- set ns.searching = false %}
                {%- set ns.last_query = index %}
            {%- endif %}
        {%- endfor %}
        {%- for message in messages %}
            {%- if message.role == 'assistant' %}
                {%- set content = message.content %}
                {%- set thought = '' %}
                {%- if message.reasoning_content is defined and message.reasoning_content is not none %}
                    {%- set thought = message.reasoning_content %}
                {%- elif '</think>' in content %}
                    {%- set thought = content.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') %}
                    {%- set content = content.split('</think>')[-1].lstrip('\n') %}
                {%- endif %}
                {{- '<|im_start|>assistant\n' }}
                {%- if loop.index0 > ns.last_query and thought %}
                    {{- '<think>\n' + thought.strip('\n') + '\n</think>\n\n' }}
                {%- endif %}
                {{- content.lstrip('\n') }}
                {%- for call in message.tool_calls %}
                    {%- set call = call.function if call.function else call %}
                    {{- '\n<tool_call>\n{"name": "' ~ call.name ~ '", "arguments": ' ~ (call.arguments if call.arguments is string else call.arguments | tojson) ~ '}\n</tool_call>' }}
                {%- endfor %}
                {{- '<|im_end|>\n' }}
            {%- elif message.role == 'tool' %}
                {%- if loop.first or messages[loop.index0 - 1].role != 'tool' %}
                    {{- '<|im_start|>user' }}
                {%- endif %}
                {{- '\n<tool_response>\n' ~ message.content ~ '\n</tool_response>' }}
                {%- if loop.last or messages[loop.index0 + 1].role != 'tool' %}
                    {{- '<|im_end|>\n' }}
                {%- endif %}
            {%- else %}
                {{- '<|im_start|>' + message.role + '\n' + message.content + '<|im_end|>\n' }}
            {%- endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|im_start|>assistant\n' }}
            {%- if enable_thinking is defined and enable_thinking is false %}
                {{- '<think>\n\n</think>\n\n' }}
            {%- endif %}
        {%- endif %}
        """;
}
