using Plumbline.Findings;

namespace Plumbline.Tests.Findings;

public sealed class TextSpanTests
{
    [Fact]
    public void A_span_knows_its_end_its_text_and_its_neighbours()
    {
        var span = TextSpan.Between(2, 5);

        Assert.Equal((3, 5), (span.Length, span.End));
        Assert.Equal("cde", span.Of("abcdefg").ToString());
        Assert.True(span.Overlaps(new TextSpan(4, 2)));
        Assert.False(span.Overlaps(new TextSpan(5, 2)));
        Assert.Equal(TextSpan.Between(2, 9), span.Joined(new TextSpan(7, 2)));
    }
}
