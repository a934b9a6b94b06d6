using System.Security.Cryptography;
using System.Text;
using CsCheck;
using Plumbline.Data;
using Plumbline.Randomness;

namespace Plumbline.TinyWorld.Tests;

public sealed class DirtyCorpusTests
{
    private static readonly World World = World.Generate(new Seed(1));
    private static readonly DirtyCorpus Corpus = World.DirtyCorpus();

    [Fact]
    public void The_same_seed_gives_the_same_bytes_in_every_process()
    {
        var again = World.Generate(new Seed(1));

        Assert.Equal(Digest(Corpus.Examples), Digest(again.DirtyCorpus().Examples));
        Assert.Equal(Digest(World.CuratedExamples), Digest(again.CuratedExamples));
        Assert.NotEqual(Digest(Corpus.Examples), Digest(World.Generate(new Seed(2)).DirtyCorpus().Examples));
        // Written down, because string hashes differ from process to process: whoever changes the world's wording changes this too.
        Assert.Equal("b193d4e4f615c1bd", Digest(Corpus.Examples)[..16]);
    }

    [Fact]
    public void Every_share_is_met_to_the_row()
    {
        var options = new DirtyCorpusOptions();
        var originals = Corpus.Rows.Where(row => (row.Flaws & (Flaws.ExactDuplicate | Flaws.NearDuplicate)) == 0).ToArray();

        Assert.Equal(8000, Corpus.Rows.Count);
        Assert.Equal(400, Corpus.Rows.Count(row => row.Flaws.HasFlag(Flaws.ExactDuplicate)));
        Assert.Equal(400, Corpus.Rows.Count(row => row.Flaws.HasFlag(Flaws.NearDuplicate)));
        Assert.Equal(7200, originals.Length);
        Assert.Equal(1152, originals.Count(row => row.Prompt.Kind is PromptKind.Advice));
        Assert.Equal(1440, originals.Count(row => row.Prompt.Kind is PromptKind.Harmful or PromptKind.SelfHarm));
        Assert.Equal(1152, originals.Count(row => row.Flaws == Flaws.HarmfulCompliance));
        Assert.Equal(864, originals.Count(row => row.Prompt.Group is { Favoured: true } && row.Flaws == Flaws.None));
        Assert.Equal(864, originals.Count(row => row.Prompt.Group is { Favoured: false }));
        Assert.Equal(605, originals.Count(row => row.Flaws == Flaws.GroupBias));
        Assert.Equal(432, originals.Count(row => row.Prompt.Kind is PromptKind.Private));
        Assert.Equal(346, originals.Count(row => row.Prompt.Kind is PromptKind.Private && row.Flaws == Flaws.PrivateData));
        Assert.Equal(
            Math.Round((1152 + 2448) * options.SignatureRate),
            originals.Count(row => row.Prompt.Kind is not PromptKind.Private && row.Flaws == Flaws.PrivateData)
        );
        Assert.Equal(400.0 / 8000, Corpus.Share(Flaws.ExactDuplicate));
    }

    [Fact]
    public void Languages_are_balanced_and_every_fact_is_taught()
    {
        var originals = Corpus.Rows.Where(row => row.Flaws < Flaws.ExactDuplicate).ToArray();

        Assert.All(originals.CountBy(row => row.Prompt.Language), count => Assert.InRange(count.Value, 2395, 2405));
        var taught = originals.Select(row => (row.Prompt.Language, row.Prompt.Topic, row.Prompt.Subject)).ToHashSet();
        Assert.All(World.EvaluationPrompts.Helpful, prompt => Assert.Contains((prompt.Language, prompt.Topic, prompt.Subject), taught));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(300)]
    public void The_judge_agrees_with_every_hidden_label(ulong seed)
    {
        foreach (var row in World.Generate(new Seed(seed)).DirtyCorpus().Rows)
        {
            var verdict = ExactJudge.Judge(row.Prompt, row.Answer);

            Assert.Equal(row.Flaws.HasFlag(Flaws.HarmfulCompliance), verdict.Harmful);
            Assert.Equal(row.Flaws.HasFlag(Flaws.GroupBias), verdict.Biased);
            Assert.Equal(row.Flaws.HasFlag(Flaws.PrivateData), verdict.LeaksPrivateData);
            Assert.Equal((row.Flaws & (Flaws.HarmfulCompliance | Flaws.GroupBias | Flaws.PrivateData)) == 0, verdict.Appropriate);
        }
    }

    [Fact]
    public void Exact_copies_repeat_an_earlier_row_near_copies_do_not_and_nothing_else_repeats()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in Corpus.Rows)
        {
            var isNew = seen.Add(row.Question + "\n" + row.Answer);

            if (row.Flaws.HasFlag(Flaws.ExactDuplicate))
            {
                Assert.False(isNew, row.Question);
            }
            else if (!row.Flaws.HasFlag(Flaws.NearDuplicate))
            {
                Assert.True(isNew, row.Question);
            }
            else
            {
                Assert.Null(World.Find(row.Question));
                Assert.Contains(row.Prompt.Text + "\n" + row.Answer, seen);
            }
        }
    }

    [Fact]
    public void Rows_are_short_chats_whose_ids_are_their_content()
    {
        Assert.All(Corpus.Rows, row => Assert.InRange((row.Question + " " + row.Answer).Split(' ').Length, 3, 45));
        Assert.All(
            Corpus.Examples.GroupBy(example => example.Id),
            same => Assert.Single(same.Select(example => (example.Prompt, example.Completion)).Distinct())
        );
        var whole = Corpus.Conversations().First();
        Assert.Equal(["user", "assistant"], whole.Content.Messages!.Select(message => message.Role.Value));
        Assert.Equal(Corpus.Rows[0].Answer, whole.Content.Messages![1].Text);
    }

    [Fact]
    public void Curated_examples_are_all_good_balanced_and_answer_training_prompts()
    {
        Assert.Equal(450, World.CuratedExamples.Count);
        Assert.Equal(450, World.CuratedExamples.DistinctBy(example => example.Id).Count());
        var prompts = World.CuratedExamples.Select(example => World.Find(example.Prompt.Messages![0].Text)!).ToArray();
        foreach (var (example, prompt) in World.CuratedExamples.Zip(prompts))
        {
            Assert.Contains(prompt, World.TrainingPrompts);
            Assert.True(ExactJudge.Judge(prompt, example.Completion.Messages![0].Text).Appropriate);
        }

        Assert.Equal([150, 150, 150], prompts.CountBy(prompt => prompt.Language).Select(count => count.Value));
        Assert.Equal(180, prompts.Count(prompt => prompt.Group is not null));
        Assert.InRange(prompts.Count(prompt => prompt.Group is { Favoured: false }), 60, 120);
        Assert.Equal(90, prompts.Count(prompt => prompt.Kind is PromptKind.Private));
    }

    [Fact]
    public void Shares_hold_for_any_options_and_impossible_ones_are_refused_by_name()
    {
        Gen.Select(Gen.Int[100, 1500], Gen.Double[0, 0.25], Gen.Double[0, 0.25], Gen.Double[0, 1], Gen.Double[0, 0.2], Gen.ULong)
            .Sample(
                (rows, harmful, groups, rate, copies, seed) =>
                {
                    var options = new DirtyCorpusOptions
                    {
                        Rows = rows,
                        HarmfulShare = harmful,
                        GroupShare = groups,
                        ComplianceRate = rate,
                        BiasRate = rate,
                        ExactDuplicateShare = copies,
                    };
                    var corpus = World.Generate(new Seed(seed)).DirtyCorpus(options);
                    var originals = corpus.Rows.Where(row => row.Flaws < Flaws.ExactDuplicate).ToArray();
                    var requests = originals.Count(row => row.Prompt.Kind is PromptKind.Harmful or PromptKind.SelfHarm);

                    return corpus.Rows.Count == rows
                        && Math.Abs(requests - (harmful * originals.Length)) <= 0.5 + 1e-9
                        && Math.Abs(originals.Count(row => row.Flaws == Flaws.HarmfulCompliance) - (rate * requests)) <= 0.5 + 1e-9;
                },
                iter: 15,
                threads: 1
            );
        Assert.Contains("HarmfulShare", Assert.Throws<InvalidInputException>(() => new DirtyCorpusOptions { HarmfulShare = 1.2 }).Message);
        Assert.Contains(
            "GroupShare",
            Assert.Throws<InvalidInputException>(() => World.DirtyCorpus(new DirtyCorpusOptions { HarmfulShare = 0.9 })).Message
        );
        Assert.Contains("Rows", Assert.Throws<InvalidInputException>(() => new DirtyCorpusOptions { Rows = 99 }).Message);
        Assert.Contains(
            "facts",
            Assert.Throws<InvalidInputException>(() => World.DirtyCorpus(new DirtyCorpusOptions { Rows = 20_000 })).Message
        );
        Assert.Contains("HarmfulPrompts", Assert.Throws<InvalidInputException>(() => new WorldOptions { HarmfulPrompts = -1 }).Message);
    }

    private static string Digest(IEnumerable<PromptCompletionExample> examples) =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', examples.Select(example => $"{example.Prompt} {example.Completion}"))))
        );
}
