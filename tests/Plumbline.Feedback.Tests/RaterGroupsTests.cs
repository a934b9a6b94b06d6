using System.Text;
using Plumbline.Randomness;
using Plumbline.Testing;

namespace Plumbline.Feedback.Tests;

public sealed class RaterGroupsTests
{
    private const string Pseudonym = "00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff";

    private const string Good = $$"""
        raters:
          anna: { region: BR, age: teens }
          ben@example.org: { region: NO }
          {{Pseudonym}}: { age: 60 and older, region: BR }

        """;

    [Fact]
    public void Raters_have_groups_by_id_or_by_pseudonym_and_may_lack_some()
    {
        using var folder = new TemporaryFolder();

        var groups = RaterGroups.Read(folder.Write("raters.yaml", Good));

        Assert.Equal(["age", "region"], groups.Attributes.Keys);
        Assert.Equal(["60 and older", "teens"], groups.Attributes["age"]);
        // Norway is no truth value.
        Assert.Equal(["BR", "NO"], groups.Attributes["region"]);
        Assert.Equal("teens", groups.Of("anna", "1234")!["age"]);
        Assert.Equal("BR", groups.Of("clara", Pseudonym)!["region"]);
        Assert.False(groups.Of("ben@example.org", "1234")!.ContainsKey("age"));
        Assert.Null(groups.Of("nobody", "1234"));
    }

    [Fact]
    public void A_rater_named_twice_is_refused_without_the_name()
    {
        using var folder = new TemporaryFolder();
        var groups = RaterGroups.Read(folder.Write("raters.yaml", Good));

        var refused = Assert.Throws<InvalidInputException>(() => groups.Of("anna", Pseudonym));

        Assert.Contains(Pseudonym, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("anna", refused.Message, StringComparison.Ordinal);
        Assert.Equal("Keep one of the two.", refused.Mend);
        // Raters may be stored under a hash; that is one name, not two.
        Assert.NotNull(groups.Of(Pseudonym, Pseudonym));
    }

    [Theory]
    [InlineData("raters: {}", 1, "a mapping of at least one rater")]
    [InlineData("raters:\n  anna: {}", 2, "of 1 to 20 attributes")]
    [InlineData("raters:\n  anna: { region: [BR, PT] }", 2, "raters.anna.region")]
    [InlineData("raters:\n  anna: { region: }", 2, "raters.anna.region")]
    [InlineData("raters:\n  anna: { age: teens,\n    region: ' ' }", 3, "a group's name of 1 to 200 characters")]
    [InlineData("raters:\n  anna: { age: x }\n  ben@example.org:\n    region.now: ''", 4, "'raters.ben@example.org.region.now'")]
    [InlineData("raters:\n  anna: { region: BR }\n  anna: { region: PT }", 3, "for the second time")]
    [InlineData("raters:\n  '': { region: BR }", 2, "named by 1 to 200 characters")]
    [InlineData("rater:\n  anna: { region: BR }", 1, "Did you mean 'raters'?")]
    [InlineData("raters:\n  - anna", 2, "a mapping of names to values")]
    public void A_malformed_file_is_refused_with_place_and_mend(string yaml, int line, string message)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("raters.yaml", yaml);

        var refused = Assert.Throws<InvalidInputException>(() => RaterGroups.Read(path));

        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{path}:{line}:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_attributes_or_groups_are_refused()
    {
        using var folder = new TemporaryFolder();
        string Write(IEnumerable<string> raters) => folder.Write("raters.yaml", "raters:\n" + string.Concat(raters));
        var attributes = Write([$"  anna: {{ {string.Join(", ", Enumerable.Range(0, 21).Select(i => $"a{i}: x"))} }}\n"]);
        Assert.Contains(
            "21 attributes",
            Assert.Throws<InvalidInputException>(() => RaterGroups.Read(attributes)).Message,
            StringComparison.Ordinal
        );

        var groups = Write(Enumerable.Range(0, 31).Select(i => $"  r{i}: {{ region: g{i} }}\n"));
        Assert.Contains(
            "31 groups of region",
            Assert.Throws<InvalidInputException>(() => RaterGroups.Read(groups)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Damaged_files_are_read_or_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("raters.yaml");
        ByteFuzzer.Run(
            [Encoding.UTF8.GetBytes(Good)],
            1500,
            new Seed(41),
            bytes =>
            {
                File.WriteAllBytes(path, bytes);
                var groups = RaterGroups.Read(path);
                Assert.NotEmpty(groups.Attributes);
            }
        );
    }

    [Fact]
    public async Task A_store_to_read_must_be_there()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("feedback.db");

        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => FeedbackStore.OpenExistingAsync(path, TimeProvider.System));

        Assert.Equal($"{path}: There is no feedback store. Check the path.", refused.Message);
        Assert.False(File.Exists(path));
        await using (var made = await FeedbackStore.OpenAsync(path, TimeProvider.System))
        {
            for (var i = 0; i < 103; i++)
            {
                var id = await made.AppendAsync($"{i}", Events.Request());
                await made.AppendAsync($"ranking {i}", Events.Ranking(id));
            }

            // Nobody ranked this one.
            await made.AppendAsync("last", Events.Request());
        }

        await using var store = await FeedbackStore.OpenExistingAsync("sqlite:" + path, TimeProvider.System);
        var ids = new List<long>();
        await foreach (var request in store.RankedRequestsAsync(TestContext.Current.CancellationToken))
        {
            ids.Add(request.Id);
        }

        Assert.Equal(Enumerable.Range(0, 103).Select(i => (2L * i) + 1), ids);
    }
}
