using System.Runtime.CompilerServices;
using Plumbline.Findings;
using Plumbline.Moderation.TextModels;

namespace Plumbline.Moderation.TermLists;

/// <summary>A phrase that stands in a text.</summary>
/// <param name="Phrase">Its number.</param>
/// <param name="Start">Its first unit.</param>
/// <param name="End">The first unit after it; of a word's beginning, after the word.</param>
/// <param name="From">How far from the text's beginning it begins, in quarters of a word.</param>
/// <param name="To">How far from there it ends.</param>
internal readonly record struct PhraseHit(int Phrase, int Start, int End, int From, int To)
{
    /// <summary>Where it stands.</summary>
    public TextSpan Span => TextSpan.Between(Start, End);
}

/// <summary>Finds where phrases stand in a text, at boundaries of words, reading it once and allocating nothing.</summary>
internal ref struct PhraseScan
{
    // What is remembered of the last units, a power of two above the longest phrase and the unit before it.
    private const int Remembered = 128;

    private readonly PhraseAutomaton automaton;
    private readonly ReadOnlySpan<char> text;
    private Ring ring;
    private int read;
    private int state;
    private int ending;
    private int count;
    private int distance;
    private char last = ' ';

    // Whether the beginning of a word is still to be told of at this state: whole phrases come first.
    private bool isPrefixNext;

    /// <summary>Begins a scan.</summary>
    /// <param name="automaton">The phrases.</param>
    /// <param name="text">The text.</param>
    public PhraseScan(PhraseAutomaton automaton, ReadOnlySpan<char> text)
    {
        this.automaton = automaton;
        this.text = text;
    }

    /// <summary>The hit that was found last.</summary>
    public PhraseHit Current { get; private set; }

    /// <summary>Finds the next hit. Hits come in the order of their ends: a word's beginning stands for the whole word, and nothing else can end within one.</summary>
    public bool MoveNext()
    {
        var units = TextFeatures.FoldedUnits;
        while (true)
        {
            while (ending != 0)
            {
                if (Take(units))
                {
                    return true;
                }
            }

            if (read >= text.Length)
            {
                return false;
            }

            var unit = units[text[read]];
            if (unit == ' ' && last == ' ')
            {
                read++;
                continue;
            }

            ring[count & (Remembered - 1)] = (read, distance, last);
            distance += Words.Weight(last, unit);
            count++;
            read++;
            last = unit;
            state = automaton.Next(state, unit);
            ending = automaton.Ending(state);
            isPrefixNext = false;
        }
    }

    // Looks at one phrase that ends with the last unit, and goes on to the next shorter one.
    private bool Take(ReadOnlySpan<char> units)
    {
        var (whole, prefix) = automaton.At(ending);
        var phrase = isPrefixNext ? prefix : whole;
        if (isPrefixNext)
        {
            ending = automaton.Shorter(ending);
        }

        isPrefixNext = !isPrefixNext;
        if (phrase < 0)
        {
            return false;
        }

        var (_, isPrefix) = automaton.Phrases[phrase];
        var beginning = automaton.Phrases[phrase].Text;
        var (start, from, before) = ring[(count - beginning.Length) & (Remembered - 1)];
        var end = read;
        if (!Words.IsBoundary(before, beginning[0]) || (!isPrefix && end < text.Length && !Words.IsBoundary(last, units[text[end]])))
        {
            return false;
        }

        var previous = last;
        while (isPrefix && end < text.Length && !Words.IsBoundary(previous, units[text[end]]))
        {
            previous = units[text[end]];
            end++;
        }

        Current = new PhraseHit(phrase, start, end, from, distance);
        return true;
    }

    [InlineArray(Remembered)]
    private struct Ring
    {
        private (int Start, int Distance, char Before) first;
    }
}
