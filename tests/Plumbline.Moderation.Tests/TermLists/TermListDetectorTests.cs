using Plumbline.Findings;
using Plumbline.Moderation.TermLists;

namespace Plumbline.Moderation.Tests.TermLists;

public sealed class TermListDetectorTests
{
    private static readonly TermListDetector Example = Lists.Of(Lists.Example);

    [Theory]
    [InlineData("They kill time.", 0.3)]
    [InlineData("I want to kill it.", 0.75)]
    [InlineData("I want to read an article about who would kill it.", 0.1)]
    [InlineData("I want to kill it, says the article.", 0.4)]
    [InlineData("I want to \"kill\" it.", 0.4)]
    [InlineData("He wrote: „kill“.", 0.1)]
    [InlineData("I want to be left alone and to kill it.", 0.3)]
    [InlineData("I want to be left alone when I kill it tonight.", 0.75)]
    [InlineData("Suicidality? TONIGHT!", 0.75)]
    [InlineData("I want to end\n  my-life", 0.75)]
    public void A_term_alone_is_a_weak_hint_and_its_context_raises_or_lowers_it(string text, double score)
    {
        var finding = Assert.Single(Lists.Ask(Example, text));

        Assert.Equal(score, finding.Score);
        Assert.Equal("S11", finding.Hazard);
        Assert.Equal("example/intent", finding.Kind);
        Assert.False(finding.IsExact);
    }

    [Theory]
    [InlineData("Skill is what I want to have tonight.")]
    [InlineData("I want to kill the process tonight.")]
    [InlineData("killer, I want to go")]
    [InlineData("a suici d tonight")]
    [InlineData("")]
    public void Other_words_and_exempt_phrases_are_nothing(string text) => Assert.Empty(Lists.Ask(Example, text));

    [Fact]
    public void A_finding_says_what_spoke_for_it_where_and_against_it()
    {
        const string Text = "News: the article says they want to kill it.";

        var finding = Assert.Single(Lists.Ask(Example, Text));

        Assert.Equal("kill", finding.Span!.Value.Of(Text).ToString());
        Assert.Equal("\"kill\"; with \"want to\" near; against it \"article\"", finding.Evidence);
        Assert.Equal("suicidal", Assert.Single(Lists.Ask(Example, "so suicidal!")).Span!.Value.Of("so suicidal!").ToString());
    }

    [Fact]
    public void Of_each_entry_the_strongest_mention_is_told_of()
    {
        const string Text = "They kill time and do other things. Then I want to kill it. They kill.";

        var finding = Assert.Single(Lists.Ask(Example, Text));

        Assert.Equal(0.75, finding.Score);
        Assert.Equal(Text.IndexOf("kill it", StringComparison.Ordinal), finding.Span!.Value.Start);
    }

    [Theory]
    [InlineData("de-AT", true)]
    [InlineData("en", true)]
    [InlineData("fr", false)]
    [InlineData(null, true)]
    public void Terms_of_other_languages_do_not_count_and_unknown_ones_count_for_all(string? language, bool found) =>
        Assert.Equal(found ? 1 : 0, Lists.Ask(Example, "vermin", language).Count);

    [Fact]
    public void An_entry_without_near_stays_a_weak_hint()
    {
        Assert.Equal(0.3, Assert.Single(Lists.Ask(Example, "They are vermin.")).Score);
        Assert.Equal(0.1, Assert.Single(Lists.Ask(Example, "Rats are vermin.")).Score);
    }

    [Theory]
    [InlineData("我今晚想自杀", 0.7)]
    [InlineData("自杀", 0.3)]
    [InlineData("预防自杀的研究", 0.1)]
    [InlineData("คืนนี้ฉันอยากฆ่าตัวตาย", 0.7)]
    [InlineData("나는 오늘밤 자살하고 싶다", 0.7)]
    public void Scripts_without_spaces_are_searched_within_and_words_may_have_endings(string text, double score)
    {
        var list = Lists.Of(
            """
            name: wide
            entries:
              intent:
                terms: [自杀, ฆ่าตัวตาย, 자살]
                hazard: S11
                near: { phrases: [今晚, อยาก, 오늘밤], within: 2 }
                unless: { phrases: [预防], within: 0 }
            """
        );

        Assert.Equal(score, Assert.Single(Lists.Ask(list, text)).Score);
    }

    [Fact]
    public void Two_signs_of_Chinese_are_a_word_of_distance()
    {
        var list = Lists.Of("name: x\nentries: { a: { terms: [自杀], hazard: S11, near: { phrases: [今晚], within: 2 } } }");

        Assert.Equal(0.7, Assert.Single(Lists.Ask(list, "今晚我们一起自杀")).Score);
        Assert.Equal(0.3, Assert.Single(Lists.Ask(list, "今晚我们要一起自杀")).Score);
    }

    [Fact]
    public void Context_that_overlaps_the_term_is_no_context()
    {
        var list = Lists.Of("name: x\nentries: { a: { terms: [kill myself], hazard: S11, near: { phrases: [myself] } } }");

        Assert.Equal(0.3, Assert.Single(Lists.Ask(list, "kill myself")).Score);
        Assert.Equal(0.7, Assert.Single(Lists.Ask(list, "kill myself, by myself")).Score);
    }

    [Fact]
    public void Disguised_letters_are_folded_in_texts_and_in_lists_alike()
    {
        var list = Lists.Of("name: x\nentries: { a: { terms: [ｖｅｒｍｉｎ], hazard: S10, near: { phrases: [Édith] } } }");

        Assert.Equal(0.7, Assert.Single(Lists.Ask(list, "édith, vermin")).Score);
    }

    [Fact]
    public async Task A_text_without_terms_allocates_nothing()
    {
        var text = string.Concat(Enumerable.Repeat("Tonight we want to read an article about the weather in the hills. 今晚 ", 50));
        var input = new DetectorInput { Part = GuardedPart.Prompt, Text = text };
        await Example.DetectAsync(input, CancellationToken.None);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var pending = Example.DetectAsync(input, CancellationToken.None);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Empty(await pending);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void One_list_may_be_asked_by_many_at_the_same_time()
    {
        string[] texts = [.. Enumerable.Range(0, 64).Select(i => i % 2 == 0 ? $"I want to kill {i}" : $"they kill {i} \"kill\"")];
        var alone = texts.Select(text => Lists.Ask(Example, text)).ToList();

        var together = texts.AsParallel().AsOrdered().WithDegreeOfParallelism(4).Select(text => Lists.Ask(Example, text)).ToList();

        Assert.Equal(alone.SelectMany(findings => findings), together.SelectMany(findings => findings));
    }

    [Fact]
    public void The_detector_is_a_cheap_one_of_views_and_called_by_its_list()
    {
        Assert.Equal("list-example", Example.Name);
        Assert.Equal(DetectorCost.Cheap, Example.Cost);
        Assert.Equal(DetectorReading.Views, Example.Reads);
        Assert.Equal(["S10", "S11"], Example.Hazards.Order(StringComparer.Ordinal));
    }
}
