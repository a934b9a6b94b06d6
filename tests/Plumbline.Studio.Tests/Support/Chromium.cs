using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Plumbline.Studio.Tests.Support.Chromium))]

namespace Plumbline.Studio.Tests.Support;

/// <summary>A real browser, started once; every journey has a window of its own without cookies.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        if (Find() is { } path)
        {
            playwright = await Playwright.CreateAsync();
            browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox", "--disable-gpu"] });
        }
    }

    /// <summary>A window of a size, on a device that likes light or dark.</summary>
    public async Task<IPage> OpenAsync(int width = 1100, int height = 900, bool script = true, bool dark = false, bool touch = false)
    {
        if (browser is null)
        {
            const string Reason = "Chromium is not installed here: apt-get install chromium.";
            Assert.False(string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.Ordinal), Reason);
            Assert.Skip(Reason);
        }

        var window = await browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = width, Height = height },
                JavaScriptEnabled = script,
                ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
                HasTouch = touch,
                Locale = "en",
                TimezoneId = "UTC",
                ReducedMotion = ReducedMotion.Reduce,
            }
        );
        window.SetDefaultTimeout(15_000);
        var page = await window.NewPageAsync();
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }

    private static string? Find() =>
        new[] { Environment.GetEnvironmentVariable("PLUMBLINE_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser" }.FirstOrDefault(
            File.Exists
        );
}

/// <summary>What is asked of every page.</summary>
internal static class PageChecks
{
    /// <summary>axe finds nothing: WCAG 2.0 to 2.2, levels A and AA, and its best practices.</summary>
    public static async Task AssertAccessibleAsync(this IPage page)
    {
        var result = await page.RunAxe();
        Assert.True(
            result.Violations.Length == 0,
            page.Url
                + "\n"
                + string.Join(
                    "\n",
                    result.Violations.Select(one =>
                        $"{one.Id}: {one.Help}: {string.Join(" | ", one.Nodes.Select(node => node.Html).Take(3))}"
                    )
                )
        );
    }

    /// <summary>Nothing sticks out to the side.</summary>
    public static async Task AssertFitsAsync(this IPage page)
    {
        var tooWide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(tooWide <= 0, $"{page.Url} is {tooWide} pixels too wide.");
    }

    /// <summary>Keeps a picture of the page for the documents, where somebody asks for them (PLUMBLINE_SCREENSHOTS names the folder).</summary>
    public static async Task KeepPictureAsync(this IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("PLUMBLINE_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }
    }

    /// <summary>Signs in by a link, as a person would.</summary>
    public static async Task SignInAsync(this IPage page, Uri link)
    {
        await page.GotoAsync(link.AbsoluteUri);
        await page.Locator("main button").ClickAsync();
        await page.WaitForURLAsync(new Uri(link, "/").AbsoluteUri);
    }
}
