using System.Text.RegularExpressions;
using Plumbline.Studio.Localization;
using Plumbline.Testing;

namespace Plumbline.Studio.Tests.Localization;

public sealed partial class StudioLanguageTests
{
    [Fact]
    public void Every_language_says_everything_with_the_same_values()
    {
        foreach (var language in StudioLanguage.All)
        {
            Assert.Equal(StudioLanguage.English.Keys.Order(StringComparer.Ordinal), language.Keys.Order(StringComparer.Ordinal));
            foreach (var key in language.Keys)
            {
                Assert.False(string.IsNullOrWhiteSpace(language[key]), $"{language.Tag}: {key} is empty.");
                Assert.True(
                    Values(language[key]).SetEquals(Values(StudioLanguage.English[key])),
                    $"{language.Tag}: {key} has other values than in English: {language[key]}"
                );
            }
        }

        static HashSet<string> Values(string text) => [.. Value().Matches(text).Select(match => match.Value)];
    }

    [Fact]
    public void Every_text_is_used_and_every_text_that_is_used_is_there()
    {
        var folder = RepositoryFiles.Path("src", "Plumbline.Studio");
        var code = string.Join(
            '\n',
            Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal))
                .Select(File.ReadAllText)
        );
        foreach (var (_, key) in Used().Matches(code).Select(match => (match, match.Groups["key"].Value)))
        {
            Assert.Contains(key, StudioLanguage.English.Keys);
        }

        // Keys that are put together from a beginning and a word.
        string[] beginnings = ["role.", "done.", "task.margin.", "notice."];
        foreach (
            var key in StudioLanguage.English.Keys.Where(key =>
                !beginnings.Any(beginning => key.StartsWith(beginning, StringComparison.Ordinal))
            )
        )
        {
            Assert.Contains($"\"{key}\"", code);
        }
    }

    [Theory]
    [InlineData(null, "en")]
    [InlineData("", "en")]
    [InlineData("tlh", "en")]
    [InlineData("de-AT,en;q=0.5", "de")]
    [InlineData("en;q=0.3, pt-BR;q=0.9", "pt")]
    [InlineData("xx;q=1, AR;q=0.1, he;q=nonsense", "he")]
    public void The_browser_s_first_wish_that_there_is_wins(string? wishes, string expected) =>
        Assert.Equal(expected, StudioLanguage.Negotiate(wishes).Tag);

    [GeneratedRegex(@"\{[0-9]\}")]
    private static partial Regex Value();

    [GeneratedRegex("""(?:Page\[|Page\.Format\(|pages\.Context\(http\)\[)"(?<key>[a-z_.0-9]+[a-z_0-9])"\]?""")]
    private static partial Regex Used();
}
