/** @module Templates: what is filled in, what is escaped, what is refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineTemplate, escapeHtml } from './template.ts';

describe('a template', () => {
  const welcome = defineTemplate({
    subject: 'Welcome, {{name}}',
    html: '<p title="{{ name }}">Hello {{name}}, {{count}} left</p>',
  });

  it('escapes values in HTML and leaves them alone in the subject', () => {
    expect(welcome.render({ name: `<b>"Ann" & 'Bob'</b>`, count: 3 })).toEqual({
      subject: `Welcome, <b>"Ann" & 'Bob'</b>`,
      html: '<p title="&lt;b&gt;&quot;Ann&quot; &amp; &#39;Bob&#39;&lt;/b&gt;">Hello &lt;b&gt;&quot;Ann&quot; &amp; &#39;Bob&#39;&lt;/b&gt;, 3 left</p>',
    });
  });

  it('lists its fields once', () => {
    expect(welcome.fields).toEqual(['name', 'count']);
  });

  it('names a field that has no value', () => {
    // @ts-expect-error the compiler knows the fields of a literal template
    expect(() => welcome.render({ name: 'Ann' })).toThrow('no value for "count"');
  });

  it('takes no value from the prototype', () => {
    const odd = defineTemplate({ subject: 's', html: '{{constructor}}' });
    expect(() => odd.render({} as Record<'constructor', string>)).toThrow('no value for "constructor"');
  });

  it('does not read a value as a template', () => {
    const once = defineTemplate({ subject: '{{a}}', html: '{{a}}{{b}}' });
    expect(once.render({ a: '{{b}}', b: '$&' })).toEqual({ subject: '{{b}}', html: '{{b}}$&amp;' });
  });

  it('refuses braces around something that is no field', () => {
    expect(() => defineTemplate({ subject: '', html: '{{user.name}}' })).toThrow(
      '"{{user.name}}" is no field',
    );
  });

  it('lets no value open or close a tag or an attribute', () => {
    const html = '<p title="{{v}}">{{v}}</p>';
    const parsed = defineTemplate({ subject: '', html });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const text = parsed.render({ v: value }).html;
        const shape = (source: string) => source.replace(/[^<>"']/g, '');
        expect(shape(text)).toBe(shape(html));
      }),
      { numRuns: 300 },
    );
  });
});

describe('escaping', () => {
  it('can be undone, so that nothing is lost', () => {
    const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const back = escapeHtml(text).replace(
          /&(amp|lt|gt|quot|#39);/g,
          (_entity, name: string) => names[name] ?? '',
        );
        expect(back).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});
