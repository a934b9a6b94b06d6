namespace Plumbline.Models.ChatTemplates;

/// <summary>Chat templates: how a conversation is written as one text.</summary>
public sealed class ChatTemplate
{
    /// <summary>
    /// The template for models trained here: ChatML with the answers marked, their end-of-turn token included, for training on them alone.
    /// </summary>
    public const string Plumbline = """
        {%- for message in messages %}
            {{- '<|im_start|>' + message['role'] + '\n' }}
            {%- if message['role'] == 'assistant' %}
                {%- generation %}
                    {{- message['content'] + '<|im_end|>' }}
                {%- endgeneration %}
            {%- else %}
                {{- message['content'] + '<|im_end|>' }}
            {%- endif %}
            {{- '\n' }}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|im_start|>assistant\n' }}
        {%- endif %}
        """;
}
