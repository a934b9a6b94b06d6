using Plumbline.Constitutions;
using Plumbline.Constitutions.Comparing;
using Plumbline.Constitutions.Importing;
using Plumbline.Testing;

namespace Plumbline.Tests.Constitutions;

public sealed class ConstitutionDiffTests
{
    private static readonly Clause Privacy = new()
    {
        Text = "Keep private data of people private. Say so when asked for it.",
        Rationale = "People decide.",
        Scope = new ClauseScope { Regions = ["EU"] },
        Exceptions = ["Court orders."],
    };

    public static TheoryData<string, Clause, ChangeKind[], bool, bool> Changes() =>
        new()
        {
            { "narrower scope", Privacy with { Scope = new ClauseScope { Regions = ["DE"] } }, [ChangeKind.Narrowed], false, true },
            { "wider scope", Privacy with { Scope = new ClauseScope() }, [ChangeKind.Widened], false, true },
            {
                "another scope",
                Privacy with
                {
                    Scope = new ClauseScope { Regions = ["US"] },
                },
                [ChangeKind.Narrowed, ChangeKind.Widened],
                false,
                true
            },
            { "an exception", Privacy with { Exceptions = ["Court orders.", "Emergencies."] }, [ChangeKind.Narrowed], true, false },
            { "no exception", Privacy with { Exceptions = [] }, [ChangeKind.Widened], true, false },
            {
                "a demand more",
                Privacy with
                {
                    Text = Privacy.Text + " Delete what is not needed.",
                },
                [ChangeKind.Widened, ChangeKind.Reworded],
                true,
                false
            },
            {
                "a demand less",
                Privacy with
                {
                    Text = "Keep private data of people private.",
                },
                [ChangeKind.Narrowed, ChangeKind.Reworded],
                true,
                false
            },
            {
                "an exception in the text",
                Privacy with
                {
                    Text = "Keep private data of people private, unless they agree. Say so when asked for it.",
                },
                [ChangeKind.Narrowed, ChangeKind.Reworded],
                true,
                false
            },
            {
                "other words",
                Privacy with
                {
                    Text = "Keep personal data of people private. Say so when asked for it.",
                },
                [ChangeKind.Reworded],
                true,
                false
            },
            { "another priority", Privacy with { Priority = 3 }, [ChangeKind.Reprioritised], false, true },
            { "another framework", Privacy with { Framework = "duties" }, [ChangeKind.Reprioritised], false, true },
            { "another polarity", Privacy with { Polarity = Polarity.Permit }, [ChangeKind.Reversed], true, false },
            {
                "another wording",
                Privacy with
                {
                    Wording = new ClauseWording { Comparison = "Which?" },
                },
                [ChangeKind.Reworded],
                true,
                false
            },
            {
                "another time",
                Privacy with
                {
                    Effective = new ClausePeriod { From = new DateOnly(2027, 1, 1) },
                },
                [ChangeKind.Redated],
                false,
                true
            },
            { "another reason", Privacy with { Rationale = "Trust." }, [ChangeKind.Reexplained], false, false },
            {
                "a test",
                Privacy with
                {
                    Tests = [new ClauseTest { Prompt = "p", Expect = ExpectedBehaviour.Refuse }],
                },
                [ChangeKind.Retested],
                false,
                false
            },
            { "a hazard", Privacy with { Hazards = ["S7"] }, [ChangeKind.Recoded], false, false },
            {
                "a threshold",
                Privacy with
                {
                    Thresholds = new Dictionary<string, double> { ["default"] = 0.5 },
                },
                [ChangeKind.Rethresholded],
                false,
                false
            },
        };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_is_named_by_what_it_means(string what, Clause changed, ChangeKind[] kinds, bool asksAnew, bool countsAnew)
    {
        var change = Assert.Single(ConstitutionDiff.Of(Sample.Of(("privacy", Privacy)), Sample.Of(("privacy", changed))));

        Assert.True(kinds.SequenceEqual(change.Kinds), $"{what}: {string.Join(", ", change.Kinds)}");
        Assert.Equal((asksAnew, countsAnew), (change.AsksAnew, change.CountsAnew));
        Assert.All(change.Details, Assert.NotEmpty);
    }

    [Fact]
    public void Clauses_come_go_and_change_their_names()
    {
        var old = Sample.Of(("privacy", Privacy), ("kindness", Sample.Clause("Be kind.")), ("same", Sample.Clause("Same.")));
        var @new = Sample.Of(
            ("data", Privacy with { Priority = 2 }),
            ("candour", Sample.Clause("Say what is true.")),
            ("same", Sample.Clause("Same."))
        );

        var changes = ConstitutionDiff.Of(old, @new).ToDictionary(change => change.Id);

        Assert.Equal(["candour", "data", "kindness"], changes.Keys);
        Assert.Equal([ChangeKind.Added], changes["candour"].Kinds);
        Assert.Equal([ChangeKind.Removed], changes["kindness"].Kinds);
        Assert.Equal([ChangeKind.Renamed, ChangeKind.Reprioritised], changes["data"].Kinds);
        Assert.Equal("privacy", changes["data"].OldId);
    }

    [Fact]
    public void Other_conflict_rules_are_told()
    {
        var constitution = Sample.Of(("privacy", Privacy));

        Assert.False(ConstitutionDiff.SettlesOtherwise(constitution, constitution));
        Assert.True(
            ConstitutionDiff.SettlesOtherwise(
                constitution,
                constitution with
                {
                    Conflicts = new ConflictOptions { Otherwise = ConflictEnd.Vote },
                }
            )
        );
    }

    // Counted by comparing headings and bodies line by line, which is the ruler: below and by its own counting once more.
    [Theory]
    [InlineData("2025-02-12", "2025-04-11", 5, 0, 0)]
    [InlineData("2025-04-11", "2025-09-12", 51, 11, 5)]
    public void Every_changed_section_of_a_real_specification_is_found(string before, string after, int changed, int added, int removed)
    {
        var (oldPath, newPath) = (ModelSpec(before), ModelSpec(after));
        var (oldLines, newLines) = (Sections(oldPath), Sections(newPath));
        var expected = oldLines
            .Where(section => newLines.TryGetValue(section.Key, out var body) && body != section.Value)
            .Select(section => section.Key)
            .Order()
            .ToList();
        Assert.Equal(
            (changed, added, removed),
            (expected.Count, newLines.Keys.Except(oldLines.Keys).Count(), oldLines.Keys.Except(newLines.Keys).Count())
        );

        var (old, @new) = (ConstitutionImport.Read(oldPath), ConstitutionImport.Read(newPath));
        var changes = ConstitutionDiff.Of(old, @new);

        Assert.Equal(oldLines.Keys.Order(), old.Clauses.Keys.Order());
        Assert.Equal(newLines.Keys.Order(), @new.Clauses.Keys.Order());
        var renamed = changes.Count(change => change.OldId != change.Id);
        Assert.Equal(added, renamed + changes.Count(change => change.Kinds.Contains(ChangeKind.Added)));
        Assert.Equal(removed, renamed + changes.Count(change => change.Kinds.Contains(ChangeKind.Removed)));
        Assert.Equal(
            expected,
            changes
                .Where(change => change.Old is not null && change.New is not null && change.OldId == change.Id)
                .Select(change => change.Id)
                .Order()
        );
    }

    private static string ModelSpec(string day) => RealData.Path($"openai-model-spec/model_spec-{day}.md");

    private static Dictionary<string, string> Sections(string path)
    {
        var sections = new Dictionary<string, string>();
        var (id, inFence) = (string.Empty, false);
        foreach (var line in File.ReadLines(path))
        {
            // The tildes alone: code within them is never closed by them here.
            inFence ^= line.StartsWith("~~~", StringComparison.Ordinal);
            if (!inFence && line.StartsWith('#') && line.Split("{#") is [_, var anchor])
            {
                id = anchor.TrimEnd('}').Split(' ')[0];
            }

            if (id.Length > 0)
            {
                sections[id] = sections.GetValueOrDefault(id) + line + "\n";
            }
        }

        return sections;
    }
}
