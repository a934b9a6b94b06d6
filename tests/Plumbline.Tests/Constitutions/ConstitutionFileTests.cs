using System.Text;
using Plumbline.Configuration;
using Plumbline.Constitutions;
using Plumbline.Constitutions.Comparing;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Tests.Constitutions;

public sealed class ConstitutionFileTests
{
    [Fact]
    public void A_file_says_what_its_clauses_are()
    {
        var constitution = Sample.Constitution;

        Assert.Equal(["no_weapons", "privacy", "kindness"], constitution.Clauses.Keys);
        Assert.Equal(FrameworkTier.Constraint, constitution.TierOf(constitution.Clauses["no_weapons"]));
        Assert.Equal(Polarity.Forbid, constitution.Clauses["no_weapons"].Polarity);
        Assert.Equal(0.4, constitution.Clauses["no_weapons"].Thresholds["de"]);
        Assert.Equal(ExpectedBehaviour.Comply, constitution.Clauses["no_weapons"].Tests[1].Expect);
        Assert.Equal(new DateOnly(2025, 1, 1), constitution.Clauses["privacy"].Effective.From);
        Assert.Equal("Be kind.\n\nSay what can be done instead.", constitution.Clauses["kindness"].Text);
    }

    [Fact]
    public void What_is_written_reads_back_equal_and_leaves_defaults_out()
    {
        var constitution = Sample.Constitution with
        {
            Demonstrations =
            [
                new Demonstration
                {
                    Prompt = "p\n  q",
                    Answer = "a ",
                    Critique = "# c",
                    Revision = "r\n",
                },
            ],
        };

        var text = ConstitutionFile.Text(constitution);
        var again = Sample.Parse(text);

        Assert.Empty(ConstitutionDiff.Of(constitution, again));
        Assert.Equal(ConstitutionHash.Of(constitution), ConstitutionHash.Of(again));
        Assert.Equal(constitution.Demonstrations, again.Demonstrations);
        Assert.Equal(text, ConstitutionFile.Text(again));
        Assert.DoesNotContain("polarity: require", text, StringComparison.Ordinal);
        Assert.Contains("    text: |-\n      Be kind.\n\n      Say what", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("polarity: forbid", "polarity: forbids", "c.yaml:12:15", "one of require, forbid, permit")]
    [InlineData("hazards: [S9]", "hazards: [S99]", "c.yaml:13:14", "S1, S2")]
    [InlineData("default: 0.5", "default: 1.5", "c.yaml:14:28", "between 0 and 1")]
    [InlineData("framework: rights", "framework: right", "c.yaml:23:16", "Did you mean 'rights'?")]
    [InlineData("from: 2025-01-01", "from: 2025-13-01", "c.yaml:27:24", "a day, such as 2026-01-31")]
    [InlineData("regions: [EU]", "regions: [Europe]", "c.yaml:26:23", "country codes such as DE")]
    [InlineData("rationale:", "reason:", "c.yaml:22:5", "There is no option 'clauses.privacy.reason'")]
    [InlineData("  privacy:", "  no_weapons:", "c.yaml:20:3", "for the second time (first: line 9)")]
    [InlineData("  kindness:", "  Kindness:", "c.yaml:29:5", "lower-case letters")]
    [InlineData("expect: refuse", "expect: deny", "c.yaml:18:51", "safe_completion")]
    [InlineData("weight: 2", "weight: 0", "c.yaml:34:13", "above 0")]
    public void A_fault_is_told_with_its_place_and_its_mend(string good, string bad, string place, string mend)
    {
        Assert.Equal(1, Sample.Yaml.Split(good).Length - 1);

        var refusal = Assert.Throws<InvalidInputException>(() => Sample.Parse(Sample.Yaml.Replace(good, bad, StringComparison.Ordinal)));

        Assert.StartsWith(place, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(mend, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_files_are_read_or_refused_with_a_place()
    {
        byte[] overlay = Encoding.UTF8.GetBytes(OverlayTests.Yaml);
        ByteFuzzer.Run(
            [Encoding.UTF8.GetBytes(Sample.Yaml)],
            3000,
            new Seed(6),
            bytes => Told(() => ConstitutionFile.Parse(bytes, "c.yaml"))
        );
        ByteFuzzer.Run(
            [overlay],
            3000,
            new Seed(7),
            bytes => Told(() => OverlayApplication.Apply(Sample.Constitution, [ConstitutionFile.ParseOverlay(bytes, "o.yaml")]))
        );

        static void Told(Action read)
        {
            try
            {
                read();
            }
            catch (InvalidInputException refusal)
            {
                Assert.True(
                    refusal.Mend is { Length: > 0 } || refusal.Message.Contains("options are not usable", StringComparison.Ordinal),
                    refusal.Message
                );
                Assert.Equal("yaml", refusal.Position?.File.Split('.')[^1]);
                throw;
            }
        }
    }

    [Theory]
    [InlineData("German", "DE", "language")]
    [InlineData("de", "Germany", "region")]
    public void A_situation_that_is_none_is_refused(string language, string region, string named)
    {
        var situation = new Situation { Language = language, Region = region };

        Assert.Contains(
            named,
            Assert.Throws<InvalidInputException>(() => OptionsValidation.ThrowIfInvalid(situation)).Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("# a comment\n", true)]
    [InlineData("version: \"2\"\n", true)]
    [InlineData("preamble: More.\n", false)]
    public void Only_what_means_something_changes_the_hash(string line, bool same)
    {
        var changed = Sample.Parse(
            line
                + Sample.Yaml.Replace(
                    line.StartsWith("version", StringComparison.Ordinal) ? "version: \"1\"\n" : "\0",
                    string.Empty,
                    StringComparison.Ordinal
                )
        );

        Assert.Equal(same, ConstitutionHash.Of(changed) == ConstitutionHash.Of(Sample.Constitution));
    }

    [Fact]
    public void Order_and_line_breaks_do_not_change_the_hash_and_words_do()
    {
        var constitution = Sample.Constitution;
        var reordered = constitution with
        {
            Clauses = constitution
                .Clauses.Reverse()
                .ToDictionary(
                    clause => clause.Key,
                    clause =>
                        clause.Value with
                        {
                            Text = clause.Value.Text.Replace("\n\n", "\n", StringComparison.Ordinal),
                            Tests = [.. clause.Value.Tests.Reverse()],
                            Section = "elsewhere",
                        }
                ),
        };
        Assert.Equal(ConstitutionHash.Of(constitution), ConstitutionHash.Of(reordered));

        // A clause that is called like something that does not count counts.
        var named = Sample.Of(("version", Sample.Clause("One.")), ("section", Sample.Clause("Two.")));
        var other = Sample.Of(("version", Sample.Clause("One.")), ("section", Sample.Clause("Three.")));
        Assert.NotEqual(ConstitutionHash.Of(named), ConstitutionHash.Of(other));
        Assert.NotEqual(
            ConstitutionHash.Of(constitution),
            ConstitutionHash.Of(
                constitution with
                {
                    Conflicts = new ConflictOptions { Rules = [ConflictRule.Specificity, ConflictRule.Priority] },
                }
            )
        );
    }

    [Theory]
    [InlineData("de-AT", "DE", true)]
    [InlineData("fr", "DE", false)]
    [InlineData("en", "US", false)]
    [InlineData(null, "DE", false)]
    [InlineData("de", null, false)]
    public void A_clause_holds_where_its_scope_says(string? language, string? region, bool holds)
    {
        var situation = new Situation { Language = language, Region = region };

        Assert.Equal(holds, Sample.Constitution.Clauses["privacy"].Scope.Contains(situation, new ClauseScope()));
        Assert.Equal(holds, Sample.Constitution.ApplicableTo(situation).Any(clause => clause.Key == "privacy"));
        Assert.DoesNotContain(
            "privacy",
            Sample.Constitution.ApplicableTo(situation with { Day = new DateOnly(2024, 12, 31) }).Select(clause => clause.Key)
        );
    }
}
