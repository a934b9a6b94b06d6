using System.Text;
using CsCheck;
using Plumbline.Models.ChatTemplates;
using Plumbline.Models.ChatTemplates.Jinja;
using Plumbline.Randomness;
using Plumbline.Testing;
using Plumbline.Tokenization.Tests;
using static Plumbline.Models.Tests.ChatTemplates.Templating;

namespace Plumbline.Models.Tests.ChatTemplates;

public sealed class TemplateFuzzTests
{
    private static readonly TemplateLimits Tight = new()
    {
        Steps = 200_000,
        Characters = 1 << 20,
        TextLength = 1 << 18,
    };

    [Fact]
    public void Damaged_templates_are_rendered_or_refused()
    {
        string[] good =
        [
            ChatTemplate.Plumbline,
            ChatFormats.ChatMl,
            ChatFormats.Llama3,
            ChatFormats.Mistral,
            ChatFormats.Gemma,
            ChatFormats.Zephyr,
            ChatFormats.Phi,
            ChatFormats.ToolsAndThoughts,
            "{% macro a(b='c', d=[1, {'e': 2.5}]) %}{{ b[1::-2] | tojson(indent=2) | upper ~ d }}{% endmacro %}{{ a() }}{% call a(1) %}x{% endcall %}",
            "{{ '%-5s|%03d|%.2f' % (messages[0].role, 0x1f, 2.5) }}{{ '{:>4}{x:^9.3}'.format(1, x='abcd') }}{{ 'a b'.rsplit(none, 1) }}{{ 'k=v'.partition('=') }}",
            "{{ [1, 2, 3] | batch(2, 0) | list }}{% for r, g in messages | groupby('role') %}{{ r }}{{ g | length }}{% endfor %}{{ 'é'.center(5, '*').zfill(9) }}",
            "{% filter indent(3) %}a\nb{% endfilter %}{{ 'x' * 3 }}{{ 7 // 2 ** 3 % 4 }}{{ range(5) | select('odd') | map('string') | join('-') }}",
        ]; // csharpier-ignore
        var messages = Turns(("system", "s"), ("user", "u<|im_end|>"), ("assistant", "<think>t</think>a"));
        ByteFuzzer.Run(
            [.. good.Select(Encoding.UTF8.GetBytes)],
            4000,
            new Seed(21),
            bytes =>
                ChatTemplate
                    .Parse(Encoding.UTF8.GetString(bytes), "fuzz", Tight)
                    .Render(messages, new ChatRenderOptions { BosToken = "<s>", EosToken = "</s>" })
        );
    }

    [Fact]
    public void Random_tokens_are_rendered_or_refused()
    {
        string[] words =
        [
            "{%",
            "%}",
            "{{",
            "}}",
            "{#",
            "#}",
            "if",
            "endif",
            "for",
            "in",
            "endfor",
            "set",
            "endset",
            "macro",
            "endmacro",
            "messages",
            "x",
            "1",
            "2.5",
            "'a'",
            "+",
            "-",
            "*",
            "/",
            "//",
            "%",
            "**",
            "~",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ":",
            ",",
            ".",
            "|",
            "is",
            "not",
            "and",
            "or",
            "else",
            "=",
            "==",
            "<",
            "length",
            "join",
            "trim",
            "tojson",
            "defined",
            "none",
            "loop",
            "range",
            "namespace",
            "role",
            "generation",
            "endgeneration",
            "break",
            "\n",
            "replace",
            "split",
            "call",
            "endcall",
            "raw",
            "endraw",
            "with",
            "endwith",
            "filter",
            "endfilter",
            "sort",
            "slice",
            "9999999999",
            "true",
        ]; // csharpier-ignore
        var messages = Turns(("user", "u"));
        for (var round = 0; round < 4000; round++)
        {
            var random = new Seed(22).Derive("tokens", round).Source();
            var source = string.Join(
                random.NextBool(0.7) ? " " : string.Empty,
                Enumerable.Range(0, 3 + random.NextInt(30)).Select(_ => random.Choose(words))
            );
            try
            {
                ChatTemplate.Parse(source, "fuzz", Tight).Render(messages);
            }
            catch (InvalidInputException)
            {
                // Refused with a message.
            }
            catch (Exception failure)
            {
                Assert.Fail($"seed 22, round {round}: {source}\n{failure}");
            }
        }
    }

    [Fact]
    public void Spans_cover_the_text_and_untrusted_ones_hold_what_the_messages_brought()
    {
        Gen.String[0, 20]
            .Select(Gen.String[0, 20])
            .Sample(
                (first, second) =>
                {
                    var chat = ChatTemplate.Parse(ChatTemplate.Plumbline).Render(Turns(("user", first), ("assistant", second)));
                    var at = 0;
                    foreach (var span in chat.Spans)
                    {
                        Assert.Equal(at, span.Start);
                        Assert.True(span.End > span.Start);
                        at = span.End;
                    }

                    Assert.Equal(chat.Text.Length, at);
                    Assert.Equal(
                        first + second,
                        string.Concat(chat.Spans.Where(span => !span.IsTrusted).Select(span => chat.Text[span.Start..span.End]))
                    );
                },
                iter: 500
            );
    }

    [Fact]
    public void No_message_brings_in_a_special_token()
    {
        var tokenizer = SampleTokenizers.Trained();
        var encoder = ChatEncoder.For(tokenizer);
        string[] pieces = ["<|", "im_", "end", "|>", "<|im_end|>", "<|im_start|>", "start", "\n", " ", "x", "<", "|"];
        for (var round = 0; round < 300; round++)
        {
            var random = new Seed(23).Derive("message", round).Source();
            var messages = Turns(("user", Text()), ("assistant", Text()), ("user", Text()));
            var ids = encoder.Encode(messages).Ids;
            Assert.True(ids.Count(id => id == tokenizer.TokenToId("<|im_start|>")) == 3, $"seed 23, round {round}");
            Assert.True(ids.Count(id => id == tokenizer.TokenToId("<|im_end|>")) == 3, $"seed 23, round {round}");

            string Text() => string.Concat(Enumerable.Range(0, random.NextInt(8)).Select(_ => random.Choose(pieces)));
        }
    }
}
