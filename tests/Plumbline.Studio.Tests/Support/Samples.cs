using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Feedback;
using SkiaSharp;

namespace Plumbline.Studio.Tests.Support;

/// <summary>Tasks to show and to rank.</summary>
internal static class Samples
{
    public const string Script = "<script>window.broken = true</script><img src=x onerror=\"window.broken = true\">";

    private static readonly string[] Questions =
    [
        "How do I keep basil alive indoors?",
        "What does this line of Python do?\n\n```python\nprint(sum(x * x for x in range(4)))\n```",
        "كيف أعتني بنبتة الريحان في البيت؟",
    ];

    private static readonly string[][] Answers =
    [
        [
            "Give it **six hours of light** a day, water when the top of the soil is dry, and pinch the tips off every week.",
            "Give it **six hours of light** a day, water it whenever you like, and pinch the tips off every week.",
            "1. Light\n2. Water\n3. Patience\n\n| what | how often |\n|---|---|\n| water | when dry |\n| pinch | weekly |",
            "Basil cannot live indoors. " + Script,
        ],
        [
            "It prints **14**: 0 + 1 + 4 + 9.",
            "It prints the squares of 0 to 3.",
            "It prints 14. The generator squares each number and `sum` adds them:\n\n```python\ntotal = 0\nfor x in range(4):\n    total += x * x\nprint(total)\n```",
            "[It is not safe to run](javascript:alert(1)) this code.",
        ],
        [
            "ضعها قرب نافذة مشمسة، واسقها عندما يجف سطح التربة.",
            "اسقها كل ساعة.",
            "ضعها قرب نافذة مشمسة، واسقها عندما يجف سطح التربة، واقطف الأطراف كل أسبوع.",
            "لا أعرف.",
        ],
    ];

    public static ComparisonRequested Task(int number) =>
        new(
            Content.FromMessages([
                new ChatMessage(ChatRole.User, "Hello."),
                new ChatMessage(ChatRole.Assistant, "Hello! What would you like to know?"),
                new ChatMessage(ChatRole.User, Questions[number % Questions.Length]),
            ]),
            Answers[number % Answers.Length]
        );

    /// <summary>A picture of some shapes, another for each number.</summary>
    public static byte[] Picture(int number)
    {
        using var bitmap = new SKBitmap(480, 360);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColor.FromHsl(number * 47 % 360, 40, 85));
        using var paint = new SKPaint { IsAntialias = true };
        for (var i = 0; i < 5 + number; i++)
        {
            paint.Color = SKColor.FromHsl((number * 71 + i * 40) % 360, 60, 45);
            canvas.DrawCircle(60 + i * 70, 180 + 70 * MathF.Sin(i + number), 22 + 6 * (i % 3), paint);
        }

        using var encoded = bitmap.Encode(SKEncodedImageFormat.Png, 90);
        return encoded.ToArray();
    }
}
