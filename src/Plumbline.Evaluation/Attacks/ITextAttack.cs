using Plumbline.Randomness;

namespace Plumbline.Evaluation.Attacks;

/// <summary>A deterministic way to write a request so that a guard may not see it. Thread-safe.</summary>
public interface ITextAttack
{
    /// <summary>What reports call it, such as <c>base64</c>.</summary>
    string Name { get; }

    /// <summary>What kind of thing it does.</summary>
    AttackFamily Family { get; }

    /// <summary>Whether a text lies in its alphabet: only such texts can be read again once written so.</summary>
    bool Covers(string text);

    /// <summary>The text as the attack writes it. The same text and stream of random numbers give the same result.</summary>
    /// <param name="text">The request.</param>
    /// <param name="random">Where choices come from; most attacks make none.</param>
    string Apply(string text, RandomSource random);

    /// <summary>The request that an attack was made of; null where the attack has no inverse.</summary>
    /// <param name="attack">What <see cref="Apply"/> gave for a text that the attack covers.</param>
    string? Invert(string attack);
}

/// <summary>What kind of thing an attack does to a text.</summary>
public enum AttackFamily
{
    /// <summary>Writes its bytes or characters in another notation.</summary>
    Encoding,

    /// <summary>Replaces or moves its letters.</summary>
    Cipher,

    /// <summary>Leaves it legible to people, in other characters.</summary>
    Disguise,

    /// <summary>Puts it into a data format or cuts it into parts.</summary>
    Structure,

    /// <summary>Puts other text around it.</summary>
    Framing,
}
