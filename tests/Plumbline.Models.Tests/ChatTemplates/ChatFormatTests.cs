using Microsoft.Extensions.AI;
using Plumbline.Models.ChatTemplates;
using static Plumbline.Models.Tests.ChatTemplates.Templating;

namespace Plumbline.Models.Tests.ChatTemplates;

/// <summary>The expected texts were derived by hand from the formats' descriptions.</summary>
public sealed class ChatFormatTests
{
    private static readonly List<ChatMessage> Conversation = Turns(("user", "Hi "), ("assistant", "Hello."), ("user", "Bye"));

    [Fact]
    public void ChatML_adds_a_system_message_where_there_is_none()
    {
        Assert.Equal(
            "<|im_start|>system\nBe helpful.<|im_end|>\n<|im_start|>user\nHi <|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n"
                + "<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n",
            Render(ChatFormats.ChatMl, Conversation, addGenerationPrompt: true)
        );
        Assert.Equal("<|im_start|>system\nS<|im_end|>\n", Render(ChatFormats.ChatMl, Turns(("system", "S"))));
    }

    [Fact]
    public void Llama_3_trims_contents_and_begins_with_bos() =>
        Assert.Equal(
            "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|>"
                + "<|start_header_id|>user<|end_header_id|>\n\nBye<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
            Render(ChatFormats.Llama3, Conversation, addGenerationPrompt: true, bos: "<|begin_of_text|>")
        );

    [Fact]
    public void Mistral_puts_the_system_message_into_the_last_user_turn()
    {
        var withSystem = new List<ChatMessage>(Turns(("system", "S")));
        withSystem.AddRange(Conversation);
        Assert.Equal(
            "<s>[INST] Hi [/INST] Hello.</s>[INST] S\n\nBye[/INST]",
            Render(ChatFormats.Mistral, withSystem, bos: "<s>", eos: "</s>")
        );
        Assert.Equal(
            "<s>[INST] Hi [/INST] Hello.</s>[INST] Bye[/INST]",
            Render(ChatFormats.Mistral, Conversation, bos: "<s>", eos: "</s>")
        );
    }

    [Fact]
    public void Mistral_refuses_roles_that_do_not_alternate()
    {
        var failure = Assert.Throws<InvalidInputException>(() =>
            Render(ChatFormats.Mistral, Turns(("user", "a"), ("user", "b")), bos: "<s>", eos: "</s>")
        );
        Assert.Contains("Roles must alternate", failure.Message, StringComparison.Ordinal);
        Assert.Equal(10, failure.Position!.Line);
    }

    [Fact]
    public void Gemma_calls_the_assistant_model() =>
        Assert.Equal(
            "<bos><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\nHello.<end_of_turn>\n<start_of_turn>user\nBye<end_of_turn>\n<start_of_turn>model\n",
            Render(ChatFormats.Gemma, Conversation, addGenerationPrompt: true, bos: "<bos>")
        );

    [Fact]
    public void Zephyr_keeps_the_line_ends_behind_expressions() =>
        Assert.Equal(
            "<|user|>\nHi </s>\n<|assistant|>\nHello.</s>\n<|user|>\nBye</s>\n<|assistant|>\n",
            Render(ChatFormats.Zephyr, Conversation, addGenerationPrompt: true, eos: "</s>")
        );

    [Fact]
    public void Phi_builds_its_markers_from_the_roles() =>
        Assert.Equal(
            "<|user|>\nHi <|end|>\n<|assistant|>\nHello.<|end|>\n<|user|>\nBye<|end|>\n<|endoftext|>",
            Render(ChatFormats.Phi, Conversation, eos: "<|endoftext|>")
        );

    [Fact]
    public void The_house_template_marks_answers_with_their_end_token()
    {
        var chat = ChatTemplate.Parse(ChatTemplate.Plumbline).Render(Conversation, new ChatRenderOptions { AddGenerationPrompt = true });
        Assert.Equal(
            "<|im_start|>user\nHi <|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n",
            chat.Text
        );
        Assert.Equal(
            "Hello.<|im_end|>",
            string.Concat(chat.Spans.Where(span => span.IsGenerated).Select(span => chat.Text[span.Start..span.End]))
        );
    }

    [Fact]
    public void Tools_calls_results_and_thoughts_are_written()
    {
        var weather = AIFunctionFactory.CreateDeclaration(
            "weather",
            "The weather of a town.",
            System.Text.Json.JsonDocument.Parse("""{"type": "object", "properties": {"town": {"type": "string"}}}""").RootElement
        );
        List<ChatMessage> messages =
        [
            new(ChatRole.User, "Old question"),
            new(ChatRole.Assistant, "<think>\nold thought\n</think>\n\nOld answer"),
            new(ChatRole.User, "Rain?"),
            new(
                ChatRole.Assistant,
                [
                    new TextReasoningContent("new thought"),
                    new TextContent("Let me look."),
                    new FunctionCallContent("1", "weather", new Dictionary<string, object?> { ["town"] = "Köln", ["days"] = 2 }),
                ]
            ),
            new(ChatRole.Tool, [new FunctionResultContent("1", "wet"), new FunctionResultContent("2", new { rain = true })]),
        ];
        var options = new ChatRenderOptions
        {
            AddGenerationPrompt = true,
            Tools = [weather],
            Variables = new Dictionary<string, object?> { ["enable_thinking"] = false },
        };
        Assert.Equal(
            "<|im_start|>system\n# Tools\n\n{\"name\": \"weather\", \"description\": \"The weather of a town.\", "
                + "\"parameters\": {\"type\": \"object\", \"properties\": {\"town\": {\"type\": \"string\"}}}}<|im_end|>\n"
                + "<|im_start|>user\nOld question<|im_end|>\n<|im_start|>assistant\nOld answer<|im_end|>\n<|im_start|>user\nRain?<|im_end|>\n"
                + "<|im_start|>assistant\n<think>\nnew thought\n</think>\n\nLet me look.\n<tool_call>\n"
                + "{\"name\": \"weather\", \"arguments\": {\"town\": \"Köln\", \"days\": 2}}\n</tool_call><|im_end|>\n"
                + "<|im_start|>user\n<tool_response>\nwet\n</tool_response>\n<tool_response>\n{\"rain\":true}\n</tool_response><|im_end|>\n"
                + "<|im_start|>assistant\n<think>\n\n</think>\n\n",
            ChatTemplate.Parse(ChatFormats.ToolsAndThoughts).Render(messages, options).Text
        );
    }
}
