using System.Security.Cryptography;
using System.Text;
using Plumbline.Constitutions;
using Plumbline.Data;
using Plumbline.Feedback.Judging;
using Plumbline.Feedback.Revising;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Feedback.Tests.Revising;

public sealed class RevisionRulesTests
{
    private const int Prompts = 300;

    private static readonly Constitution Before = new()
    {
        Name = "planted",
        Clauses = Enumerable
            .Range(0, 8)
            .ToDictionary(i => $"clause_{i}", i => new Clause { Text = $"Keep to rule {i}.", Rationale = "It is one." }),
        Demonstrations =
        [
            new Demonstration
            {
                Prompt = "demo?",
                Answer = "demo answer",
                Critique = "demo critique",
                Revision = "demo revision",
            },
            new Demonstration
            {
                Prompt = "unseen?",
                Answer = "unseen answer",
                Critique = "unseen critique",
                Revision = "unseen revision",
            },
        ],
    };

    public static TheoryData<string, Func<Constitution, Constitution>, bool> Changes =>
        new()
        {
            { "reworded", Changed(clause => clause with { Text = "Keep to rule three, always." }), true },
            { "excepted", Changed(clause => clause with { Exceptions = ["In jest."] }), true },
            { "worded", Changed(clause => clause with { Wording = new ClauseWording { Critique = "What breaks rule 3?" } }), true },
            { "narrowed", Changed(clause => clause with { Scope = new ClauseScope { Domains = ["finance"] } }), true },
            { "removed", before => With(before, clauses => clauses.Remove("clause_3")), true },
            { "added", before => With(before, clauses => clauses.Add("clause_9", new Clause { Text = "Keep to rule 9." })), true },
            { "permitted", Changed(clause => clause with { Polarity = Polarity.Permit }), true },
            {
                "shown otherwise",
                before =>
                    before with
                    {
                        Demonstrations = [before.Demonstrations[0] with { Critique = "another" }, before.Demonstrations[1]],
                    },
                true
            },
            { "explained", Changed(clause => clause with { Rationale = "It is another." }), false },
            { "reprioritised", Changed(clause => clause with { Priority = 7 }), false },
            {
                "shown to nobody",
                before =>
                    before with
                    {
                        Demonstrations = [before.Demonstrations[0], before.Demonstrations[1] with { Critique = "another" }],
                    },
                false
            },
        };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task What_a_change_is_said_to_touch_is_what_revising_everything_anew_changes(
        string name,
        Func<Constitution, Constitution> change,
        bool touches
    )
    {
        var options = new RevisionOptions { Rounds = 2, Demonstrations = 1 };
        var after = change(Before);
        var (rules, others) = (new RevisionRules(Before, options, new Seed(5)), new RevisionRules(after, options, new Seed(5)));

        var told = Ids.Where(id => rules.Asked(id, new Situation()) != others.Asked(id, new Situation())).ToList();
        var (first, second) = (await RevisedAsync(Before, options), await RevisedAsync(after, options));
        var changed = Ids.Where(id => first[id] != second[id]).ToList();

        Assert.Equal(changed, told);
        Assert.Equal(touches, told.Count > 0);
        // All of them only where all are shown it.
        Assert.Equal(name == "shown otherwise", told.Count == Prompts);
    }

    [Fact]
    public void Where_a_judge_compares_revision_and_answer_its_clauses_count_too()
    {
        var options = new RevisionOptions
        {
            Rounds = 1,
            Gate = new RevisionGateOptions { LeastLabel = 0.5 },
        };
        var after = Changed(clause => clause with { Text = "Keep to rule three, always." })(Before);
        var (rules, others) = (new RevisionRules(Before, options, new Seed(5)), new RevisionRules(after, options, new Seed(5)));

        Assert.All(Ids, id => Assert.NotEqual(rules.Asked(id, new Situation()), others.Asked(id, new Situation())));
    }

    [Fact]
    public void Revised_answers_are_read_as_they_were_written_and_a_line_that_is_none_is_named()
    {
        using var folder = new TemporaryFolder();
        RevisedAnswer[] answers =
        [
            new(
                "a",
                "hash",
                "w",
                "r",
                Content.FromText("How?"),
                "first",
                [new("honesty", "critique", "second"), new("care", null, "third")],
                null
            ),
            new("b", "hash", "w", "r", Content.FromText("Why?"), "first", [new("care", null, "")], RevisionRejection.TooShort),
        ];
        var path = folder.File("revisions.jsonl");
        RevisionFile.Write(path, answers);

        var read = RevisionFile.Read(path).ToList();

        Assert.Equal(answers.Select(Told), read.Select(Told));
        File.AppendAllText(path, "{\"id\":\"c\"}\n");
        var failure = Assert.Throws<InvalidInputException>(() => RevisionFile.Read(path).ToList());
        Assert.Equal((path, 3), (failure.Position!.File, failure.Position.Line));
        Assert.Contains("plumb constitution revise", failure.Mend, StringComparison.Ordinal);

        static string Told(RevisedAnswer answer) =>
            $"{answer.Id} {answer.Constitution} {answer.Writer} {answer.Reviser} {answer.Prompt} {answer.Answer} {string.Join(';', answer.Rounds)} {answer.Rejection}";
    }

    private static IEnumerable<string> Ids => Enumerable.Range(0, Prompts).Select(i => $"prompt {i}");

    private static Func<Constitution, Constitution> Changed(Func<Clause, Clause> change) =>
        before => With(before, clauses => clauses["clause_3"] = change(clauses["clause_3"]));

    private static Constitution With(Constitution before, Action<Dictionary<string, Clause>> change)
    {
        var clauses = before.Clauses.ToDictionary();
        change(clauses);
        return before with { Clauses = clauses };
    }

    // Everything that is written depends on every word of what was asked.
    private static async Task<Dictionary<string, string>> RevisedAsync(Constitution constitution, RevisionOptions options)
    {
        using var folder = new TemporaryFolder();
        using var cache = AnswerCache.Open(folder.File("answers.db"));
        using var client = new ScriptedWriter(messages =>
            Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', messages.Select(message => message.Text)))))
        );
        using var judge = new Judge("w", client, null, cache);
        var reviser = new AnswerReviser(constitution, judge, judge, options, new Seed(5));
        var revised = new Dictionary<string, string>();
        foreach (var id in Ids)
        {
            revised.Add(id, (await reviser.ReviseAsync(id, Content.FromText(id), new Situation(), given: "an answer")).Final);
        }

        return revised;
    }
}
