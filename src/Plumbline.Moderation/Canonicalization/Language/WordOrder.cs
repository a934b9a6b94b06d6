using System.Collections.Frozen;
using Plumbline.Findings;

namespace Plumbline.Moderation.Canonicalization.Language;

/// <summary>Whether the words of an English text stand in their order, told by pairs of function words and by the signs at its ends.</summary>
internal static class WordOrder
{
    private const int FewestWords = 4;
    private const int MostWords = 200;

    /// <summary>As much has to speak for the reversed order.</summary>
    private const int MostSigns = 2;

    private const string PairList = """
        of the,in the,to the,on the,for the,at the,by the,with the,from the,of a,in a,to a,for a,with a,as a,is a,how to,
        how do,how can,how could,how would,how should,what is,what are,why do,do i,can i,could i,should i,if i,can you,do you,
        could you,would you,if you,to be,to do,to get,to make,to use,to have,to a,and the,that the,is the,are the,it is,
        that is,there is,i am,i have,i can,i want,want to,need to,have to,out of,such as,so that,of my,of their,of your,to my,
        to their,in my,my own,their own,as the,into the,about the,that i,for my,without being,make a,write a,create a,give me,
        tell me,with my,an article,ways to,way to,steps to,used to,who is,the best,the most
        """;

    private const string NoNounList = """
        of to in for on with at by from and or that as is are was were into about through without using be do make create
        write give get use during between under over against how can will would
        """;

    /// <summary>Words that open a request.</summary>
    private const string OpenerList = """
        Give Write Create Explain Describe How What Why Tell Provide List Compose Generate Make Can Could Would Is Are Do Does
        Should Which Who Where When Show Design Teach Help Discuss Develop Summarize Translate Suggest Imagine Please Produce
        Outline Find Use Convince Argue Identify I In If The Name Draft Build Come
        """;

    /// <summary>Words that open questions and requests, and hardly ever end a sentence that has no sign at its end.</summary>
    private const string NoEndList =
        "how what why who which where when can could would should is are do does did will please i if the a an";

    private static readonly FrozenSet<ulong> NoEnds = Words(NoEndList).Select(word => CodeOf(word)).ToFrozenSet();

    private static readonly FrozenSet<ulong> Pairs = PairList
        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split(' '))
        .Select(pair => KeyOf(CodeOf(pair[0]), CodeOf(pair[1])))
        .ToFrozenSet();

    private static readonly FrozenSet<ulong> NoNouns = Words(NoNounList).Select(word => CodeOf(word)).ToFrozenSet();

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Openers = Words(OpenerList)
        .ToFrozenSet(StringComparer.Ordinal)
        .GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether more speaks for a text's words standing from last to first than for their order.</summary>
    public static bool IsReversed(string text)
    {
        var (balance, count) = (0, 0);
        var codeBefore = 0UL;
        var (first, before) = (default(TextSpan), default(TextSpan));
        for (var word = NextWord(text, 0); word.Length > 0 && count < MostWords; word = NextWord(text, word.End), count++)
        {
            first = count == 0 ? word : first;
            var code = CodeOf(word.Of(text));
            balance += Has(code, codeBefore) || (IsArticle(codeBefore) && NoNouns.Contains(code)) ? 1 : 0;
            balance -= Has(codeBefore, code) ? 1 : 0;
            if (balance < -MostSigns - 1)
            {
                // What the ends can say no longer matters.
                return false;
            }

            (before, codeBefore) = (word, code);
        }

        if (count < FewestWords)
        {
            return false;
        }

        var startsLow = char.IsLower(text[first.Start]);
        var endsHigh = char.IsUpper(text[before.Start]) && !IsEnd(text[before.End - 1]);
        balance += IsEnd(text[first.End - 1]) && startsLow ? 1 : 0;
        balance += !endsHigh && NoEnds.Contains(codeBefore) ? 1 : 0;
        var opensAtEnd = Openers.Contains(before.Of(text)) && !Openers.Contains(first.Of(text));
        balance +=
            !endsHigh ? 0
            : opensAtEnd ? MostSigns
            : startsLow ? 1
            : 0;
        return balance >= MostSigns;
    }

    // No English noun phrase is an article and a preposition.
    private static bool IsArticle(ulong code) => code is 'a' or 0x616E or 0x746865;

    private static string[] Words(string list) => list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static bool IsEnd(char unit) => unit is '.' or '?' or '!';

    private static TextSpan NextWord(string text, int start)
    {
        while (start < text.Length && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        var end = start;
        while (end < text.Length && !char.IsWhiteSpace(text[end]))
        {
            end++;
        }

        return TextSpan.Between(start, end);
    }

    // Up to eight letters in lower case, a byte each; 0 for longer words and those with signs.
    private static ulong CodeOf(ReadOnlySpan<char> word)
    {
        if (word.Length > sizeof(ulong))
        {
            return 0;
        }

        var code = 0UL;
        foreach (var unit in word)
        {
            if (!char.IsAsciiLetter(unit))
            {
                return 0;
            }

            code = (code << 8) | (uint)(unit | 0x20);
        }

        return code;
    }

    private static ulong KeyOf(ulong first, ulong second) => (first * 0x9E3779B97F4A7C15) ^ second;

    private static bool Has(ulong first, ulong second) => first != 0 && second != 0 && Pairs.Contains(KeyOf(first, second));
}
