using Plumbline.Models.ChatTemplates;
using Plumbline.Tokenization;

namespace Plumbline.Models.Tests.ChatTemplates;

public sealed class StopTokenCheckTests
{
    private static readonly Tokenizer Tokenizer = BpeTrainer.Train(
        ["user assistant hello"],
        new BpeTrainerOptions
        {
            VocabularySize = 280,
            SpecialTokens = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<start_of_turn>"],
            BosToken = "<|endoftext|>",
            EosToken = "<|endoftext|>",
        }
    );

    public static TheoryData<string, string[]> Fitting =>
        new()
        {
            { ChatFormats.ChatMl, ["<|im_end|>"] },
            { ChatFormats.ChatMl, ["<|endoftext|>", "<|im_end|>"] },
            { ChatFormats.Gemma, ["<end_of_turn>"] },
            { ChatFormats.Phi, ["<|end|>"] },
            { ChatFormats.Zephyr, ["<|endoftext|>"] },
            // Whitespace may stand before the token.
            { "{% for m in messages %}{{ m.content + ' \n' + eos_token }}{% endfor %}", ["<|endoftext|>"] },
            // Phi's conversations end with another token than its turns.
            { "{% for m in messages %}{{ m.content }}{{ '<|end|>' if not loop.last else eos_token }}{% endfor %}", ["<|end|>"] },
        };

    [Theory]
    [MemberData(nameof(Fitting))]
    public void An_end_token_that_the_template_writes_is_fine(string template, string[] ends) =>
        Assert.Empty(StopTokenCheck.Warnings(Encoder(template), Ids(ends)));

    [Fact]
    public void Another_end_token_than_the_template_writes_is_named_with_the_mend()
    {
        var warning = Assert.Single(StopTokenCheck.Warnings(Encoder(ChatFormats.ChatMl), Ids("<|endoftext|>")));
        var id = Ids("<|im_end|>")[0];
        Assert.Contains($"with '<|im_end|>' ({id})", warning, StringComparison.Ordinal);
        Assert.Contains("'<|endoftext|>'", warning, StringComparison.Ordinal);
        Assert.Contains($"add {id} to eos_token_id in generation_config.json", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_without_end_tokens_and_a_template_without_one_are_named()
    {
        Assert.Contains(
            "names no end token",
            Assert.Single(StopTokenCheck.Warnings(Encoder(ChatFormats.ChatMl), [])),
            StringComparison.Ordinal
        );
        var open = Encoder("{% for m in messages %}{{ m.role + ': ' + m.content + '\n' }}{% endfor %}");
        Assert.Contains(
            "no special token behind the assistant's text",
            Assert.Single(StopTokenCheck.Warnings(open, Ids("<|endoftext|>"))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_unknown_end_token_and_a_refusing_template_are_named()
    {
        Assert.Contains(
            "99999 is not in the tokenizer's vocabulary",
            Assert.Single(StopTokenCheck.Warnings(Encoder(ChatFormats.ChatMl), [99999, .. Ids("<|im_end|>")])),
            StringComparison.Ordinal
        );
        var refusing = Encoder("\n{{ raise_exception('never') }}");
        var warning = Assert.Single(StopTokenCheck.Warnings(refusing, Ids("<|im_end|>")));
        Assert.Contains("could not be checked", warning, StringComparison.Ordinal);
        Assert.Contains("chat template:2", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_answer_says_is_no_end_of_the_turn()
    {
        // The template's text between answer and token is part of what the model must write first.
        var encoder = Encoder("{% for m in messages %}{{ m.content + ' Over.' + '<|im_end|>' }}{% endfor %}");
        Assert.Contains("no special token", Assert.Single(StopTokenCheck.Warnings(encoder, Ids("<|im_end|>"))), StringComparison.Ordinal);
    }

    private static ChatEncoder Encoder(string template) => new(Tokenizer, ChatTemplate.Parse(template));

    private static int[] Ids(params string[] tokens) => [.. tokens.Select(token => Tokenizer.TokenToId(token)!.Value)];
}
