using Plumbline.Randomness;

namespace Plumbline.Evaluation.Attacks;

/// <summary>An attack made of its parts.</summary>
/// <param name="name">What reports call it.</param>
/// <param name="family">What kind of thing it does.</param>
/// <param name="apply">Writes a text.</param>
internal sealed class TextAttack(string name, AttackFamily family, Func<string, RandomSource, string> apply) : ITextAttack
{
    /// <summary>An attack that makes no choices.</summary>
    public TextAttack(string name, AttackFamily family, Func<string, string> apply)
        : this(name, family, (text, _) => apply(text)) { }

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public AttackFamily Family => family;

    /// <summary>What undoes it; null for nothing.</summary>
    public Func<string, string>? Inverse { get; init; }

    /// <summary>Whether a character lies in its alphabet; null for all of them.</summary>
    public Func<char, bool>? Alphabet { get; init; }

    /// <inheritdoc/>
    public bool Covers(string text) => Alphabet is null || text.All(Alphabet);

    /// <inheritdoc/>
    public string Apply(string text, RandomSource random) => apply(text, random);

    /// <inheritdoc/>
    public string? Invert(string attack) => Inverse?.Invoke(attack);
}

/// <summary>One attack applied to what another gave.</summary>
/// <param name="outer">The last to be applied.</param>
/// <param name="inner">The first.</param>
internal sealed class ComposedAttack(ITextAttack outer, ITextAttack inner) : ITextAttack
{
    /// <inheritdoc/>
    public string Name => $"{outer.Name}({inner.Name})";

    /// <inheritdoc/>
    public AttackFamily Family => outer.Family;

    /// <inheritdoc/>
    public bool Covers(string text) => inner.Covers(text) && outer.Covers(inner.Apply(text, new Seed(0).Source()));

    /// <inheritdoc/>
    public string Apply(string text, RandomSource random) => outer.Apply(inner.Apply(text, random), random);

    /// <inheritdoc/>
    public string? Invert(string attack) => outer.Invert(attack) is { } middle ? inner.Invert(middle) : null;
}
