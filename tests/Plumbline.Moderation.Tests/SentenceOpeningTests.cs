namespace Plumbline.Moderation.Tests;

public sealed class SentenceOpeningTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("I cannot do that.", "I cannot do that.")]
    [InlineData("I cannot provide instructions on how to do that at all.", "I cannot provide instructions on how")]
    // No word is cut, however long it is.
    [InlineData("Donaudampfschifffahrtsgesellschaftskapitän bin ich.", "Donaudampfschifffahrtsgesellschaftskapitän")]
    [InlineData("很抱歉我不能为您提供任何关于这个问题的帮助", "很抱歉我不能为您提供任何")]
    public void It_ends_with_a_word_or_after_a_few_signs(string sentence, string opening)
    {
        Assert.Equal(opening, SentenceOpening.Of(sentence).ToString());
    }
}
