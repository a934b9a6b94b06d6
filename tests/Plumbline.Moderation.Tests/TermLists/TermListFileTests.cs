using System.Text;
using Plumbline.Moderation.TermLists;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Moderation.Tests.TermLists;

public sealed class TermListFileTests
{
    private const string Good = "name: x\nentries:\n  a:\n    terms: [kill]\n    hazard: S1\n    near: { phrases: [now] }\n";

    [Fact]
    public void A_bare_list_of_words_is_refused_with_what_it_lacks()
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Lists.Of("name: x\nentries:\n  a:\n    terms: [kill]\n    hazard: S1\n"));

        Assert.Contains("entries.a.near", refusal.Problem, StringComparison.Ordinal);
        Assert.Contains("a word alone does not say what it is used for", refusal.Problem, StringComparison.Ordinal);
        Assert.Contains("Add near: { phrases: [...] }", refusal.Mend, StringComparison.Ordinal);
        Assert.Equal(new InputPosition("list.yaml", 4, 5), refusal.Position);
    }

    [Theory]
    [InlineData("hazard: S1", "hazard: S99", "'S99'", 5)]
    [InlineData("[now]", "[]", "names nothing", 6)]
    [InlineData("[now]", "['...']", "letters or digits", 6)]
    [InlineData("[kill]", "[k]", "at least 2 letters", 4)]
    [InlineData("[kill]", "[]", "at least one term", 4)]
    [InlineData("[kill]", "['ki*']", "at least 3 letters before the *", 4)]
    [InlineData("[kill]", "['ki*ll']", "* only at the end", 4)]
    [InlineData("[kill]", "['kill *']", "* only at the end", 4)]
    [InlineData("phrases: [now]", "contexts: [nwo]", "names that stand under contexts", 6)]
    [InlineData("phrases: [now]", "phrases: [now], within: 51", "between 0 and 50", 6)]
    [InlineData("name: x", "name: X y", "'X y'", 1)]
    [InlineData("  a:", "  A b:", "'A b'", 4)]
    [InlineData("hazard: S1", "hazard: S1\n    score: 1", "between 0.5 and 0.95", 6)]
    [InlineData("hazard: S1", "hazard: S1\n    languages: [english]", "'english'", 6)]
    [InlineData("hazard: S1", "hazard: S1\n    unless: { within: 2 }", "names nothing", 6)]
    [InlineData("name: x", "name: x\ncontexts: { c: [] }", "at least one phrase", 2)]
    [InlineData("name: x", "name: x\nwords: [a]", "There is no option 'words'", 2)]
    public void What_is_wrong_is_named_with_its_line(string what, string instead, string problem, int line)
    {
        Assert.NotNull(Lists.Of(Good));

        var refusal = Assert.Throws<InvalidInputException>(() => Lists.Of(Good.Replace(what, instead, StringComparison.Ordinal)));

        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(line, refusal.Position?.Line);
    }

    [Fact]
    public void Long_phrases_and_lists_are_refused()
    {
        var tooLong = new string('x', 101);
        var tooMany = string.Join(", ", Enumerable.Range(0, 20_001).Select(i => $"w{i}"));

        Assert.Contains(
            "at most 100 characters",
            Assert.Throws<InvalidInputException>(() => Lists.Of(Good.Replace("kill", tooLong, StringComparison.Ordinal))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "at most 20000 phrases",
            Assert.Throws<InvalidInputException>(() => Lists.Of(Good.Replace("now", tooMany, StringComparison.Ordinal))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "given 1 to 2000 times",
            Assert.Throws<InvalidInputException>(() => Lists.Of("name: x\nentries: {}\n")).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_missing_file_says_so()
    {
        using var folder = new TemporaryFolder();

        var refusal = Assert.Throws<InvalidInputException>(() => TermListDetector.Load(Path.Combine(folder.Path, "none.yaml")));

        Assert.Contains("none.yaml", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_version_is_the_hash_of_what_the_file_means()
    {
        var version = Lists.Of(Lists.Example).Version;

        Assert.Equal(version, Lists.Of("# A comment.\n" + Lists.Example).Version);
        Assert.Equal(version, Lists.Of(Changed("[want to, tonight]", "[TONIGHT, 'want  to', tonight]")).Version);
        Assert.Equal(version, Lists.Of(Changed("wish", "desire")).Version);
        Assert.Equal(version, Lists.Of(Changed("For tests.", "For others.")).Version);
        foreach (
            var (what, instead) in new[]
            {
                ("within: 3", "within: 4"),
                ("score: 0.75", "score: 0.8"),
                ("quoted: true", "quoted: false"),
                ("suicid*", "suicid"),
                ("kill the process", "kill the job"),
                ("hazard: S10", "hazard: S1"),
                ("[en, de]", "[en]"),
                ("name: example", "name: other"),
                ("insult:", "slur:"),
            }
        )
        {
            Assert.NotEqual(version, Lists.Of(Changed(what, instead)).Version);
        }
    }

    [Fact]
    public void A_list_may_be_built_in_code_by_the_same_rules()
    {
        var entry = new TermEntry
        {
            Terms = ["kill"],
            Hazard = "S1",
            Near = new NearRule { Phrases = ["now"] },
        };
        var file = new TermListFile
        {
            Name = "x",
            Entries = new Dictionary<string, TermEntry> { ["a"] = entry },
        };

        Assert.Equal(Lists.Of(Good).Version, TermListDetector.Of(file).Version);
        Assert.Throws<InvalidInputException>(() =>
            TermListDetector.Of(file with { Entries = new Dictionary<string, TermEntry> { ["a"] = entry with { Near = null } } })
        );
    }

    [Fact]
    public void Damaged_files_are_refused_with_place_and_mend_or_read()
    {
        ByteFuzzer.Run(
            [Encoding.UTF8.GetBytes(Lists.Example), Encoding.UTF8.GetBytes(Good)],
            1000,
            new Seed(7),
            bytes =>
            {
                try
                {
                    Lists.Ask(TermListDetector.Parse(bytes, "list.yaml"), "I want to kill it tonight.");
                }
                catch (InvalidInputException refusal)
                {
                    Assert.NotNull(refusal.Position);
                    // Several faults at once are listed, each with its own mend.
                    Assert.True(refusal.Mend is not null || refusal.Problem.Contains("options are not usable", StringComparison.Ordinal));
                    throw;
                }
            }
        );
    }

    private static string Changed(string what, string instead)
    {
        Assert.Contains(what, Lists.Example, StringComparison.Ordinal);
        return Lists.Example.Replace(what, instead, StringComparison.Ordinal);
    }
}
