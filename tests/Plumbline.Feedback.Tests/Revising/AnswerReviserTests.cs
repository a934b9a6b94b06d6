using Microsoft.Extensions.AI;
using Plumbline.Constitutions;
using Plumbline.Data;
using Plumbline.Feedback.Judging;
using Plumbline.Feedback.Revising;
using Plumbline.Feedback.Tests.Judging;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Feedback.Tests.Revising;

public sealed class AnswerReviserTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly AnswerCache cache;

    public AnswerReviserTests() => cache = AnswerCache.Open(folder.File("answers.db"));

    public void Dispose()
    {
        cache.Dispose();
        folder.Dispose();
    }

    private static readonly Constitution Constitution = new()
    {
        Name = "small",
        Clauses = new Dictionary<string, Clause>
        {
            ["honesty"] = new()
            {
                Text = "Be honest.",
                Wording = new ClauseWording { Critique = "What is untrue? ({text})", Revision = "Make it true." },
            },
            ["kindness"] = new()
            {
                Text = "Be kind.",
                Polarity = Polarity.Forbid,
                Exceptions = ["Satire."],
            },
            ["fiction"] = new() { Text = "Fiction may be harsh.", Polarity = Polarity.Permit },
        },
        Demonstrations =
        [
            new Demonstration
            {
                Prompt = "demo?",
                Answer = "demo answer",
                Critique = "demo critique",
                Revision = "demo revision",
                CritiqueRequest = "demo request",
            },
        ],
    };

    [Fact]
    public async Task Each_round_criticises_and_rewrites_the_latest_answer_by_another_clause()
    {
        using var client = new ScriptedWriter(messages => $"reply to {messages.Count}: {messages[^1].Text.Length}");
        var revised = await Revise(client, new RevisionOptions { Rounds = 2 });

        Assert.Equal(5, client.Asked.Count);
        Assert.Equal(["How?"], client.Asked[0].Select(message => message.Text));
        Assert.Equal(["honesty", "kindness"], revised.Rounds.Select(round => round.Clause).Order());
        for (var round = 0; round < 2; round++)
        {
            var (critique, revision) = (client.Asked[1 + (2 * round)], client.Asked[2 + (2 * round)]);
            // The demonstration of six messages, the question, the latest answer, the request.
            Assert.Equal(["demo?", "demo answer", "demo request", "demo critique"], critique.Take(4).Select(message => message.Text));
            Assert.Equal("demo revision", critique[5].Text);
            Assert.Equal(
                ["How?", round == 0 ? revised.Answer : revised.Rounds[0].Revision],
                critique.Skip(6).Take(2).Select(message => message.Text)
            );
            Assert.Equal(9, critique.Count);
            Assert.Equal(critique.Select(message => message.Text), revision.Take(9).Select(message => message.Text));
            Assert.Equal(revised.Rounds[round].Critique, revision[9].Text);
            Assert.Equal(ChatRole.Assistant, revision[9].Role);
            Assert.Equal(11, revision.Count);
            var isHonesty = revised.Rounds[round].Clause == "honesty";
            Assert.Equal(isHonesty, critique[8].Text == "What is untrue? (Be honest.)");
            Assert.Equal(isHonesty, revision[10].Text == "Make it true.");
            Assert.Equal(
                !isHonesty,
                revision[10]
                    .Text.Contains("must not break this principle: Be kind.\nIt does not cover this: Satire.", StringComparison.Ordinal)
            );
        }

        Assert.Equal(revised.Rounds[1].Revision, revised.Final);
        Assert.Null(revised.Rejection);
        RevisionFile.Write(folder.File("revisions.jsonl"), [revised]);
        Assert.Contains("\"clause\":\"kindness\"", File.ReadAllText(folder.File("revisions.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_critique_an_answer_is_rewritten_at_once_and_a_given_answer_is_the_first()
    {
        using var client = new ScriptedWriter(_ => "better");
        var revised = await Revise(
            client,
            new RevisionOptions
            {
                Rounds = 1,
                Critique = false,
                Demonstrations = 0,
            },
            given: "given"
        );

        var asked = Assert.Single(client.Asked);
        Assert.Equal(["How?", "given"], asked.Take(2).Select(message => message.Text));
        Assert.Equal(("given", "better"), (revised.Answer, revised.Final));
        Assert.Null(revised.Rounds[0].Critique);
    }

    [Fact]
    public async Task Where_a_critique_finds_nothing_the_answer_stays_and_no_revision_is_asked_for()
    {
        using var client = new ScriptedWriter(messages =>
            messages[^1].Text.Contains("What is untrue?", StringComparison.Ordinal) ? " nothing breaks it."
            : messages[^1].Text.Contains("quoting the passages", StringComparison.Ordinal) ? "It is unkind, and nothing else."
            : "kinder"
        );

        var revised = await Revise(
            client,
            new RevisionOptions
            {
                Rounds = 2,
                Unbroken = "Nothing",
                Demonstrations = 0,
            },
            given: "given"
        );

        Assert.Equal("kinder", revised.Final);
        var honest = revised.Rounds.Single(round => round.Clause == "honesty");
        Assert.Equal(" nothing breaks it.", honest.Critique);
        Assert.Equal(revised.Rounds[0] == honest ? "given" : "kinder", honest.Revision);
        // Two critiques and one revision.
        Assert.Equal(3, client.Asked.Count);
        var failure = await Assert.ThrowsAsync<InvalidInputException>(() =>
            Revise(client, new RevisionOptions { Critique = false, Unbroken = "Nothing" })
        );
        Assert.Contains("unbroken", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_written_once_is_not_asked_for_again()
    {
        using var client = new ScriptedWriter(messages => $"{messages.Count}");
        var first = await Revise(client, new RevisionOptions { Rounds = 3 });
        var asked = client.Asked.Count;

        var second = await Revise(client, new RevisionOptions { Rounds = 3 });

        Assert.Equal(asked, client.Asked.Count);
        Assert.Equal(first.Rounds, second.Rounds);
        // Two clauses for three rounds: the first comes again.
        Assert.Equal(first.Rounds[0].Clause, first.Rounds[2].Clause);
    }

    [Theory]
    [InlineData("", RevisionRejection.TooShort)]
    [InlineData("no no no no no no no no no no no", RevisionRejection.Collapsed)]
    [InlineData("the critique says it is wrong", RevisionRejection.CritiqueAgain)]
    [InlineData("A fine answer.", null)]
    public async Task A_revision_that_is_not_worth_learning_is_rejected_with_the_reason(string revision, RevisionRejection? rejection)
    {
        using var client = new ScriptedWriter(messages =>
            messages.Count % 2 == 0 ? "never"
            : messages.Count == 9 ? "the critique says it is wrong"
            : revision
        );

        var revised = await Revise(client, new RevisionOptions { Rounds = 2 }, given: "first");

        Assert.Equal(rejection, revised.Rejection);
        Assert.Equal(rejection is null ? 2 : 1, revised.Rounds.Count);
    }

    [Theory]
    [InlineData(-1.0, RevisionRejection.Worse)]
    [InlineData(1.0, null)]
    public async Task A_revision_that_a_judge_finds_worse_is_rejected(double lead, RevisionRejection? rejection)
    {
        using var client = new ScriptedWriter(_ => "another answer");
        // The revision leads by so many nats, wherever it stands.
        var scorer = new ScriptedScorer(text => text.Contains("Answer A:\nanother", StringComparison.Ordinal) ? [lead, 0] : [0, lead]);

        var revised = await Revise(
            client,
            new RevisionOptions
            {
                Rounds = 1,
                Critique = false,
                Gate = new RevisionGateOptions { LeastLabel = 0.5 },
            },
            given: "first",
            scorer
        );

        Assert.Equal(rejection, revised.Rejection);
    }

    [Fact]
    public async Task Where_no_clause_holds_an_answer_stays_as_it_is()
    {
        using var client = new ScriptedWriter(_ => "answer");
        using var judge = new Judge("w", client, null, cache);
        var elsewhere = Constitution with
        {
            Clauses = new Dictionary<string, Clause>
            {
                ["a"] = new()
                {
                    Text = "A.",
                    Scope = new ClauseScope { Regions = ["FR"] },
                },
            },
        };
        var reviser = new AnswerReviser(elsewhere, judge, judge, new RevisionOptions(), new Seed(1));

        var revised = await reviser.ReviseAsync("id", Content.FromText("How?"), new Situation());

        Assert.Empty(revised.Rounds);
        Assert.Equal("answer", revised.Final);
    }

    [Fact]
    public void A_clause_that_comes_changes_the_draw_only_where_it_is_drawn()
    {
        var clauses = Enumerable.Range(0, 10).Select(i => $"clause_{i}").ToList();
        var (same, drawn) = (0, 0);
        for (var row = 0; row < 2000; row++)
        {
            var before = ClauseSelection.Of(new Seed(3), $"row {row}", clauses, 2);
            var after = ClauseSelection.Of(new Seed(3), $"row {row}", [.. clauses, "new"], 2);
            same += before.SequenceEqual(after) ? 1 : 0;
            drawn += after.Contains("new") ? 1 : 0;
        }

        Assert.Equal(2000, same + drawn);
        // Two of eleven.
        Assert.InRange(drawn, 2000 * 2 / 11 - 60, (2000 * 2 / 11) + 60);
    }

    private async Task<RevisedAnswer> Revise(
        ScriptedWriter client,
        RevisionOptions options,
        string? given = null,
        ScriptedScorer? scorer = null
    )
    {
        using var judge = new Judge("w", client, scorer, cache);
        return await new AnswerReviser(Constitution, judge, judge, options, new Seed(1)).ReviseAsync(
            "id",
            Content.FromText("How?"),
            new Situation(),
            given
        );
    }
}
